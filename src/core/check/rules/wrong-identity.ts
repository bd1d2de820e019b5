import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

const WRONG_IDENTITY: CodeDefinition = {
  code: 'KUBECONFIG_WRONG_IDENTITY',
  severity: 'warning',
  title: "a person's kubeconfig holds the identity of a node, or an administrator's that of nobody",
  meaning:
    "The certificate is valid, and the API server knows whom it names: system:node:NAME, to which the Node authorizer and the NodeRestriction plugin allow only what that node's kubelet needs; or a user of no group of administrators. The answer is Forbidden, not Unauthorized, which looks like a fault of RBAC. It comes about when admin.conf has expired and somebody takes kubelet.conf in its place.",
  prove: [
    'kubectl auth whoami: system:node:NAME, group system:nodes',
    'kubectl config view --raw -o jsonpath="{.users[0].user.client-certificate-data}" | base64 -d | openssl x509 -noout -subject',
  ],
  fix: [
    "renew admin.conf and copy it to ~/.kube/config; take the node's credential out of there",
    'give a person a certificate or a token of their own: kubeadm kubeconfig user',
  ],
  prevent: ['renew admin.conf with the other certificates, and refresh the copies of it'],
  source: 'kubernetes.io, Using Node Authorization; cmd/kubeadm/app/phases/kubeconfig',
  since: '0.1.0',
};

/** Whose kubeconfigs people work with. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['admin-client', 'super-admin-client', 'user-client']);
/** What kubeadm binds to cluster-admin, and what bypasses authorization. */
const ADMINISTRATORS = ['system:masters', 'kubeadm:cluster-admins'];

export const wrongIdentity: Check = {
  id: 'wrong-identity',
  title: "people's kubeconfigs hold people's identities",
  codes: [WRONG_IDENTITY],
  applies: ({ inventory }) => inventory.placements.some(isOfPeople),
  run: (input) => input.inventory.placements.filter(isOfPeople).flatMap((placed) => judge(input, placed)),
};

function isOfPeople({ placement, leaf }: Placed): boolean {
  return leaf !== undefined && OF_PEOPLE.has(placement.role) && placement.ref.startsWith('kubeconfig:');
}

function judge({ inventory, now }: CheckInput, placed: Placed): Draft[] {
  const { placement, leaf } = placed;
  const { subject } = leaf!;
  const node = /(?:^|[,+])CN=system:node:([^,+]+)/.exec(subject)?.[1];
  const groups = [...subject.matchAll(/(?:^|[,+])O=((?:\\.|[^,+\\])*)/g)].map(([, name]) => name ?? '');
  const isAdmins = placement.role !== 'user-client' && placement.manager === 'kubeadm';
  const isNobody = isAdmins && !groups.some((group) => ADMINISTRATORS.includes(group));
  if (node === undefined && !isNobody) return [];
  const who = node === undefined ? `${subject}, of no group of administrators` : `the node ${node} (${subject})`;
  return [
    draft(WRONG_IDENTITY, {
      layer: 'cluster',
      placement: placement.ref,
      message: `${placement.ref} makes whoever uses it ${who}`,
      evidence: [
        inventory.evidence(placement.seen, `its certificate says ${subject}`),
        ...adminConfs(inventory)
          .filter((admin) => admin.leaf && admin.leaf.notAfter < now && admin.placement !== placement)
          .map((admin) =>
            inventory.evidence(
              admin.placement.seen,
              `${admin.placement.ref} expired ${when(admin.leaf!.notAfter, now)}`,
            ),
          ),
      ],
      impact:
        node === undefined
          ? 'the API server knows the user and forbids nearly everything'
          : `the API server allows what the kubelet of ${node} needs, and forbids everything else`,
      fix: fixFor(inventory, placed, node),
    }),
  ];
}

function adminConfs(inventory: Inventory): Placed[] {
  return inventory.placements.filter(({ placement }) => placement.role === 'admin-client');
}

function fixFor(inventory: Inventory, placed: Placed, node: string | undefined): Step[] {
  const admin = adminConfs(inventory).find(
    ({ placement }) => placement.manager === 'kubeadm' && placement !== placed.placement,
  );
  if (node === undefined || !admin) return renewSteps(inventory, placed);
  const from = admin.placement.ref.replace(/^kubeconfig:/, '').replace(/#.*$/, '');
  const to = placed.placement.ref.replace(/^kubeconfig:/, '').replace(/#.*$/, '');
  return [
    ...renewSteps(inventory, admin),
    manualStep('copy', "copy the administrator's kubeconfig over the node's, other contexts aside", ['cp', from, to]),
  ];
}
