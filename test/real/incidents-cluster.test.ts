import { onTheBed } from '../testbed/corpus.ts';

onTheBed({
  layer: 'cluster',
  byAge: new Set(['CSR_PENDING']),
  notOnTheBed: [
    [/ file:\/var\/lib\/rancher\//, "other distributions' files are read at / alone"],
    [/ file:\/certs\//, 'files that command lines name are read at / alone'],
    [/^KUBECONFIG_WRONG_IDENTITY /, 'files that a kubeconfig names are read at / alone'],
    [/^CSR_NOT_ISSUED /, "the bed's own controller-manager signs what is approved"],
    [/^CA_DRIFT /, 'what is published is compared with files in /etc/kubernetes itself alone'],
    [/ kubeconfig:\/etc\/cni\//, "the CNI's own folder is not read beside a folder that is given"],
    [/^KUBELET_CLIENT_CA_STALE /, "the kubelet's own folder is not read beside a folder that is given"],
    [/^KUBELET_CONF_EMBEDDED /, "the kubelet's own folder is not read beside a folder that is given"],
  ],
});
