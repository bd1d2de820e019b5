import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { restartKubelet } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { when } from '../words.ts';

const KUBELET_NOT_ROTATING: CodeDefinition = {
  code: 'KUBELET_NOT_ROTATING',
  severity: 'warning',
  title: 'the kubelet of this node does not rotate its client certificate',
  meaning:
    'rotateCertificates is off in its configuration: nobody renews the certificate by which it speaks to the API server, and kubeadm certs renew does not either. When it ends the node turns NotReady.',
  prove: [
    'grep rotateCertificates /var/lib/kubelet/config.yaml',
    'openssl x509 -noout -enddate -in /var/lib/kubelet/pki/kubelet-client-current.pem',
  ],
  fix: ['set rotateCertificates: true in /var/lib/kubelet/config.yaml and restart the kubelet'],
  prevent: ['keep it in the ConfigMap kubelet-config, from which upgrades write the file'],
  source: 'kubernetes.io, Certificate Rotation for the kubelet; kubelet.config.k8s.io/v1beta1',
  since: '0.1.0',
};

const KUBELET_CONF_EMBEDDED: CodeDefinition = {
  code: 'KUBELET_CONF_EMBEDDED',
  severity: 'warning',
  title: 'kubelet.conf holds a certificate of its own instead of pointing at the rotated one',
  meaning:
    'The kubelet rotates /var/lib/kubelet/pki/kubelet-client-current.pem; a kubelet.conf with the certificate inside stays as it was made. While the kubelet runs nothing shows. At its next start it takes the old one, and when that has expired and no bootstrap file is left, it does not start: on a control-plane node its static Pods are down with it. kubeadm before 1.17 made such files on the first node.',
  prove: [
    'grep client-certificate /etc/kubernetes/kubelet.conf: client-certificate-data instead of a path',
    'the kubelet says: part of the existing bootstrap client certificate in /etc/kubernetes/kubelet.conf is expired',
  ],
  fix: [
    'point both client-certificate and client-key at /var/lib/kubelet/pki/kubelet-client-current.pem, then restart the kubelet',
  ],
  source: 'kubernetes/kubeadm issue 1753; kubernetes/kubernetes issue 98150; kubernetes.io, Troubleshooting kubeadm',
  since: '0.1.0',
};

export const kubeletRotation: Check = {
  id: 'kubelet-rotation',
  title: 'the kubelet rotates its certificate and starts with the rotated one',
  codes: [KUBELET_NOT_ROTATING, KUBELET_CONF_EMBEDDED],
  applies: ({ inventory }) => inventory.facts('kubelet').length > 0 || embedded(inventory).length > 0,
  run: (input) => [...notRotating(input), ...embedded(input.inventory).flatMap((pair) => reportEmbedded(input, pair))],
};

function notRotating({ inventory, now }: CheckInput): Draft[] {
  const client = placementsOfRole(inventory, 'kubelet-client').find(({ leaf }) => leaf)?.leaf;
  return inventory.facts('kubelet').flatMap(({ config, rotates, seen }) => {
    // A kubelet that logs in by a token of its cloud has no certificate to rotate.
    if (rotates || !client) return [];
    return [
      draft(KUBELET_NOT_ROTATING, {
        layer: 'cluster',
        placement: ref.file(config),
        message: `${config} has rotateCertificates off: nobody renews the kubelet's client certificate, which ends ${when(client.notAfter, now)}`,
        evidence: [inventory.evidence(seen, 'rotateCertificates is not true')],
        impact: roleInfo('kubelet-client').breaks,
        fix: [manualStep('rotate', `set rotateCertificates: true in ${config}`), restartKubelet()],
      }),
    ];
  });
}

interface Embedded {
  readonly conf: Placed & { readonly leaf: Certificate };
  readonly current: Placed & { readonly leaf: Certificate };
}

/** kubelet.conf beside a rotated certificate that is another one. */
function embedded(inventory: Inventory): Embedded[] {
  const clients = placementsOfRole(inventory, 'kubelet-client').filter(
    (placed): placed is Embedded['conf'] => placed.leaf !== undefined,
  );
  const current = clients.find(({ placement }) => /^file:.*\/kubelet-client-current\.pem$/.test(placement.ref));
  if (!current) return [];
  return clients
    .filter(
      ({ placement, leaf }) => /\/kubelet\.conf#users\//.test(placement.ref) && leaf.sha256 !== current.leaf.sha256,
    )
    .map((conf) => ({ conf, current }));
}

function reportEmbedded({ inventory, now }: CheckInput, { conf, current }: Embedded): Draft[] {
  const expired = conf.leaf.notAfter < now;
  const path = conf.placement.ref.replace(/^kubeconfig:|#.*$/g, '');
  return [
    draft(KUBELET_CONF_EMBEDDED, {
      severity: expired ? 'critical' : 'warning',
      layer: 'cluster',
      placement: conf.placement.ref,
      also: [current.placement.ref],
      message: `${path} holds a certificate that ${expired ? 'expired' : 'ends'} ${when(conf.leaf.notAfter, now)}, not the rotated one: the kubelet starts with it`,
      evidence: [conf, current].map(({ placement, leaf }) =>
        inventory.evidence(
          placement.seen,
          `${placement.ref}: serial ${leaf.serialNumber}, ends ${rfc3339(leaf.notAfter)}`,
        ),
      ),
      impact: expired
        ? 'the kubelet does not start again, and on a control-plane node neither do its static Pods'
        : `from then on a restarted kubelet does not come back: ${roleInfo('kubelet-client').breaks}`,
      fix: [
        manualStep('point', `point client-certificate and client-key in ${path} at the rotated file`, [
          'kubectl',
          'config',
          'set-credentials',
          conf.placement.ref.replace(/^.*#users\//, ''),
          `--kubeconfig=${path}`,
          `--client-certificate=${current.placement.ref.replace(/^file:/, '')}`,
          `--client-key=${current.placement.ref.replace(/^file:/, '')}`,
          '--embed-certs=false',
        ]),
        restartKubelet(),
      ],
    }),
  ];
}
