import type { PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { memo } from '../memo.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list, when } from '../words.ts';

const MOUNT_NEVER_REFRESHES: CodeDefinition = {
  code: 'MOUNT_NEVER_REFRESHES',
  severity: 'warning',
  title: 'Pods hold a certificate from before its renewal, and never get the new one',
  meaning:
    'They took the Secret by subPath or as environment variables, which the kubelet never updates, and they started before the certificate was renewed. Until they restart they have the old one, whatever the Secret holds.',
  prove: [
    'kubectl -n NS get pod NAME -o yaml | grep -B3 -A3 subPath',
    'kubectl -n NS exec NAME -- openssl x509 -noout -serial -in FILE, against the Secret',
  ],
  fix: [
    'restart them, one at a time',
    'mount the whole Secret as a folder, without subPath, and have the program load it again',
  ],
  source: 'kubernetes.io documentation, Secrets: mounted Secrets are updated automatically; but not with subPath',
  since: '0.1.0',
};

const POD_OLDER_THAN_SECRET: CodeDefinition = {
  code: 'POD_OLDER_THAN_SECRET',
  severity: 'info',
  title: 'Pods have been running since before the certificate that they mount was renewed',
  meaning:
    'The mounted files followed the renewal within a minute or two. Whether the program has loaded them only a handshake tells: many read their certificate once, at start.',
  prove: ['kubectl certs check --probe HOST:PORT: what is served against what is stored'],
  fix: ['probe them; restart what serves the old one', 'have a reloader restart them at each renewal'],
  source: 'kubernetes.io documentation, Secrets',
  since: '0.1.0',
};

/** What runs uses what is stored. */
export const mounts: Check = {
  id: 'mounts',
  title: 'Pods have the certificates of their Secrets',
  codes: [MOUNT_NEVER_REFRESHES, POD_OLDER_THAN_SECRET],
  applies: ({ inventory }) => users(inventory).length > 0,
  run: (input) => users(input.inventory).flatMap((use) => judge(input, use)),
};

interface Use {
  readonly placed: Placed;
  readonly namespace: string;
  readonly secretName: string;
  readonly pods: readonly Seen<PodFact>[];
}

/** Pods by the renewed certificate that they use: one that was there before its Pods is no matter. */
const users = memo((inventory): readonly Use[] => {
  const pods = inventory.facts('pod').filter(({ secrets, phase }) => secrets.length > 0 && phase === 'Running');
  const uses = pods.flatMap((pod) => pod.secrets.map((secretName) => ({ pod, secretName, namespace: pod.namespace })));
  return [...Map.groupBy(uses, ({ namespace, secretName }) => `${namespace}/${secretName}`).values()].flatMap(
    (group) => {
      const [{ namespace, secretName }] = group as [(typeof group)[number]];
      const placed = servedBySecret(inventory, namespace, secretName);
      return placed?.leaf && !placed.leaf.isCA
        ? [{ placed, namespace, secretName, pods: group.map(({ pod }) => pod) }]
        : [];
    },
  );
});

function judge(input: CheckInput, { placed, namespace, secretName, pods }: Use): Draft[] {
  const issued = placed.leaf?.notBefore ?? 0;
  const older = pods.filter(({ started }) => started !== undefined && Date.parse(started) < issued);
  const frozen = older.filter(({ frozenSecrets = [] }) => frozenSecrets.includes(secretName));
  const others = older.filter((pod) => !frozen.includes(pod));
  return [
    ...(frozen.length > 0
      ? [report(input, MOUNT_NEVER_REFRESHES, { placed, namespace, secretName, pods: frozen })]
      : []),
    ...(others.length > 0 && isRenewed(input.inventory, namespace, secretName)
      ? [report(input, POD_OLDER_THAN_SECRET, { placed, namespace, secretName, pods: others })]
      : []),
  ];
}

/** Only where something renews it did the certificate change under the Pods. */
function isRenewed(inventory: Inventory, namespace: string, secretName: string): boolean {
  return inventory
    .facts('certificate')
    .some((each) => each.namespace === namespace && each.secretName === secretName && (each.revision ?? 0) > 1);
}

function report(
  { inventory, now }: CheckInput,
  definition: CodeDefinition,
  { placed, namespace, secretName, pods }: Use,
): Draft {
  const names = pods.map(({ owner, name }) => owner ?? `pod/${name}`);
  const frozen = definition === MOUNT_NEVER_REFRESHES;
  const renewed = placed.leaf?.notBefore ?? 0;
  return draft(definition, {
    layer: placed.placement.layer,
    placement: placed.placement.ref,
    also: pods.map(({ name }) => ref.object('pod', name, namespace)),
    message: `${list([...new Set(names)])} in ${namespace} started before Secret ${secretName} was renewed (${when(renewed, now)})${frozen ? ', and took it by subPath or environment: they still have the old certificate' : ''}`,
    evidence: [
      inventory.evidence(placed.placement.seen, `the certificate is valid from ${new Date(renewed).toISOString()}`),
      ...pods
        .slice(0, 3)
        .map(({ seen, name, started }) => inventory.evidence(seen, `Pod ${name} started at ${started}`)),
    ],
    impact: frozen
      ? `they serve or show the certificate from before, until it ends and after`
      : 'none, where the program loads its files again',
    fix: restartsOf(namespace, names),
  });
}

function restartsOf(namespace: string, names: readonly string[]): Step[] {
  return [...new Set(names)]
    .filter((name) => !name.startsWith('pod/'))
    .slice(0, 3)
    .map((name, index) =>
      manualStep(
        `restart-${index + 1}`,
        `restart ${name}`,
        ['kubectl', '-n', namespace, 'rollout', 'restart', name],
        'restart',
      ),
    );
}
