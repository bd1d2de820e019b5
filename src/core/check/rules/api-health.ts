import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Cause, Check, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const API_NOT_READY: CodeDefinition = {
  code: 'API_NOT_READY',
  severity: 'critical',
  title: 'the API server says of itself that it is not ready',
  meaning:
    'One of its own checks fails. With etcd among them it answers from what it remembers, if at all: etcd is down, has no leader, or refuses the certificate that the API server shows it, or the other way round.',
  prove: [
    "kubectl get --raw '/readyz?verbose': the lines that begin with [-]",
    "the API server's log: authentication handshake failed, or context deadline exceeded, at 127.0.0.1:2379",
  ],
  fix: ['for etcd: renew apiserver-etcd-client and etcd-server, restart etcd, then the API server'],
  source: 'kubernetes.io, Kubernetes API health endpoints',
  since: '0.1.0',
};

export const apiHealth: Check = {
  id: 'api-health',
  title: 'the API server is ready',
  codes: [API_NOT_READY],
  applies: ({ inventory }) => inventory.facts('health').length > 0,
  run: ({ inventory }) =>
    inventory
      .facts('health')
      .flatMap(({ failing, seen }) => (failing.length === 0 ? [] : [report(inventory, failing, seen)])),
};

function report(inventory: Inventory, failing: readonly string[], seen: number): Draft {
  const etcd = failing.includes('etcd') || failing.includes('etcd-readiness');
  return draft(API_NOT_READY, {
    severity: etcd ? 'critical' : 'warning',
    layer: 'cluster',
    placement: ref.object('check', 'readyz'),
    message: `the API server is not ready: ${list(failing, 5)} ${failing.length > 1 ? 'fail' : 'fails'}`,
    evidence: failing.map((name) => inventory.evidence(seen, `[-]${name} failed`)),
    impact: etcd ? roleInfo('etcd-server').breaks : 'load balancers take it out, and clients get errors',
    fix: [manualStep('see', 'see which check fails', ['kubectl', 'get', '--raw', '/readyz?verbose'])],
    causes: etcd ? etcdCauses(inventory) : [],
  });
}

function etcdCauses(inventory: Inventory): Cause[] {
  return (['apiserver-etcd-client', 'etcd-server', 'etcd-peer'] as const).flatMap((role) =>
    placementsOfRole(inventory, role).flatMap(({ placement }) =>
      ['CLIENT_REFUSED', 'CERT_EXPIRED', 'ISSUER_REPLACED'].map((code) => ({ code, placement: placement.ref })),
    ),
  );
}
