/** A renewal that kubeadm reports as done and that has changed nothing. */
export const renewFails = `
- id: renew-fails
  layer: cluster
  title: kubeadm says that it has renewed a certificate, and the file is as it was
  symptom: certificate embedded in the kubeconfig file for the controller manager to use renewed
  extends: demo
  expect:
    verdict: no-fault

  tools:
  - argv: kubeadm certs renew controller-manager.conf ...
    stdout: |
      [renew] Reading configuration from the cluster...
      [renew] FYI: You can look at this config file with 'kubectl -n kube-system get cm kubeadm-config -o yaml'

      certificate embedded in the kubeconfig file for the controller manager to use renewed
`;
