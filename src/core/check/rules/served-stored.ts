import type { CodeDefinition } from '../../model/finding.ts';
import type { RoleId } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { readControllerLog, restartControllers } from '../controller-steps.ts';
import { draft } from '../draft.ts';
import { frontOf } from '../fronts.ts';
import { coversHost } from '../host-names.ts';
import { impactOf } from '../impact.ts';
import { replicasOf } from '../ingress-controllers.ts';
import { restartComponent } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { type Expected, expectations } from '../served-expected.ts';
import { isFallback, standInOf } from '../serving.ts';
import { list } from '../words.ts';

const SERVED_DIFFERS: CodeDefinition = {
  code: 'SERVED_DIFFERS_FROM_STORED',
  severity: 'warning',
  title: 'a server shows another certificate than the one that is stored for it',
  meaning:
    'What clients see is not what the file or the Secret holds: the process or controller has not loaded it, something in front of it ends TLS, or the name leads to another server. A renewal has no effect until this is settled.',
  prove: [
    'openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -serial -enddate',
    'kubectl -n NS get secret NAME -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -serial -enddate: the serials differ',
    'repeat the first a few times: answers that alternate mean that one replica is behind',
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep -i ssl: why a Secret was not taken',
  ],
  fix: [
    'make the process load it: restart the API server, reload or restart the ingress controller',
    'when a proxy or CDN answers, renew it there',
  ],
  prevent: ['probe what is served, not only what is stored'],
  source:
    'kubernetes/ingress-nginx internal/ingress/controller/store/backend_ssl.go; kubeadm certs renew documentation',
  since: '0.1.0',
};

export const servedStored: Check = {
  id: 'served-stored',
  title: 'servers show the certificate that is stored for them',
  codes: [SERVED_DIFFERS],
  applies: ({ inventory }) => expectations(inventory).length > 0,
  run: (input) => {
    const differing = expectations(input.inventory).filter((one) => differs(one) && !isExpected(input, one));
    return [...Map.groupBy(differing, alike).values()].flatMap(([first, ...others]) =>
      first ? [report(input, first, others)] : [],
    );
  },
};

function differs({ served, stored }: Expected): boolean {
  return !stored.some(({ leaf }) => leaf.sha256 === served.leaf.sha256);
}

/** A controller's stand-in is another rule's business, and what a good CDN shows is nobody's fault. */
function isExpected({ inventory, now }: CheckInput, { served }: Expected): boolean {
  const standIn = standInOf(served.leaf);
  if (standIn !== undefined && standIn !== 'cert-manager') return true;
  return frontOf(inventory, served.placement.ref) !== undefined && served.leaf.notAfter >= now;
}

/** The same certificate in the place of the same files or Secrets is one matter, at however many addresses and hosts. */
function alike({ served, stored }: Expected): string {
  return [served.placement.role, served.leaf.sha256, ...stored.map(({ placement }) => placement.ref)].join(' ');
}

function report(input: CheckInput, expected: Expected, others: readonly Expected[]): Draft {
  const { inventory, now } = input;
  const { served, stored } = expected;
  const [first] = stored as [Expected['served']];
  const refs = stored.map(({ placement }) => placement.ref);
  const places = [served, ...others.map((one) => one.served)];
  const broken = served.leaf.notAfter < now || isFallback(served.leaf);
  const also = others.length > 0 ? ` (and at ${list(others.map((one) => one.served.placement.ref))})` : '';
  return draft(SERVED_DIFFERS, {
    severity: broken ? 'critical' : 'warning',
    layer: served.placement.layer,
    placement: served.placement.ref,
    also: others.map((one) => one.served.placement.ref),
    message: `${served.placement.ref} serves serial ${served.leaf.serialNumber}, ${ageOf(inventory, expected)}, not what ${list(refs)} ${refs.length > 1 ? 'hold' : 'holds'}${also}`,
    evidence: [
      ...[...places.slice(0, MOST_EVIDENCE), ...stored].map((one) =>
        inventory.evidence(
          one.placement.seen,
          `${one.placement.ref}: serial ${one.leaf.serialNumber}, ends ${rfc3339(one.leaf.notAfter)}`,
        ),
      ),
      ...startedBefore(inventory, expected).map((fact) => inventory.evidence(served.placement.seen, fact)),
    ],
    impact: `a renewal has no effect for clients until it is loaded${broken ? `; ${impactOf(inventory, served)}` : ''}`,
    fix: fixFor(inventory, expected, first.leaf),
    causes: [
      ...places.flatMap(({ placement: { ref } }) =>
        ['TLS_ENDED_IN_FRONT', 'REPLICAS_DIFFER'].map((code) => ({ code, placement: ref })),
      ),
      ...refs.flatMap((placement) =>
        ['KEY_MISMATCH', 'NAME_NOT_COVERED', 'BAD_DATA', 'SECRET_MISSING'].map((code) => ({ code, placement })),
      ),
    ],
  });
}

const MOST_EVIDENCE = 5;

function ageOf(inventory: Inventory, { served: { leaf: served }, stored }: Expected): string {
  const [{ leaf }] = stored as [Expected['served']];
  if (standInOf(served) === 'cert-manager') return 'the temporary certificate of cert-manager';
  if (isFallback(served)) return "a controller's stand-in";
  if (!isRelated(served, leaf)) return ownerOf(inventory, served);
  if (served.notBefore < leaf.notBefore || served.notAfter < leaf.notAfter) return 'an older certificate';
  return served.notAfter > leaf.notAfter ? 'a newer certificate' : 'another certificate';
}

/** Whether one may have come of the other by renewal: they share a name. */
function isRelated(a: Certificate, b: Certificate): boolean {
  return a.subject === b.subject || a.dnsNames.some((name) => coversHost(b, name));
}

/** Whose certificate it is, when it is not the host's. */
function ownerOf(inventory: Inventory, { sha256 }: Certificate): string {
  const owners = inventory
    .placementsOf(sha256)
    .filter(({ placement }) => placement.ref.startsWith('secret/'))
    .map(({ placement }) => placement.ref);
  return owners.length > 0 ? `the certificate of ${list(owners)}` : 'a certificate for other names';
}

/** A program that read its files at the start has to be started again, or told to read them. */
function restartWorkloads(pods: NonNullable<Expected['pods']>): Step[] {
  const owners = new Map(pods.map(({ namespace, name, owner }) => [owner ?? `pod/${name}`, namespace]));
  return [...owners].map(([owner, namespace], index) =>
    manualStep(
      index === 0 ? 'restart' : `restart-${index + 1}`,
      owner.startsWith('pod/')
        ? 'make the Pod anew, or have its program read the files again'
        : 'restart the Pods, or have their program read the files again',
      owner.startsWith('pod/')
        ? ['kubectl', '-n', namespace, 'delete', owner]
        : ['kubectl', '-n', namespace, 'rollout', 'restart', owner],
      'restart',
    ),
  );
}

/** Since when the Pods run, against the birth of what is stored. */
function startedBefore(inventory: Inventory, { pods, stored, objects }: Expected): string[] {
  const born = stored[0]?.leaf.notBefore ?? 0;
  const replicas =
    pods ?? [...new Set(objects.flatMap((object) => replicasOf(inventory, object)))].slice(0, MOST_EVIDENCE);
  return replicas.flatMap(({ namespace, name, started }) =>
    started !== undefined && Date.parse(started) < born
      ? [`pod/${namespace}/${name} runs since ${started}, before the stored one was made (${rfc3339(born)})`]
      : [],
  );
}

/** Who serves in a role of the control plane. */
const COMPONENTS: Partial<Record<RoleId, string>> = {
  'apiserver-serving': 'kube-apiserver',
  'etcd-server': 'etcd',
  'etcd-peer': 'etcd',
  'kubelet-serving': 'kubelet',
  'kubelet-serving-self-signed': 'kubelet',
  'controller-manager-serving': 'kube-controller-manager',
  'scheduler-serving': 'kube-scheduler',
};

function fixFor(inventory: Inventory, { served, objects, pods }: Expected, stored: Certificate): Step[] {
  const component = COMPONENTS[served.placement.role];
  if (component !== undefined) return restartComponent(inventory, component);
  if (pods && pods.length > 0) return restartWorkloads(pods);
  if (objects.length === 0)
    return [manualStep('restart', 'restart what serves it, so that it loads its Secret', [], 'restart')];
  const address = manualStep(
    'address',
    `see whether the address is the controller's own, or that of a proxy in front of ${list(objects)}`,
    ['kubectl', 'get', 'services', '-A', '--field-selector', 'spec.type=LoadBalancer'],
  );
  const log = readControllerLog(inventory, objects, 'read in the controller log why it did not take the Secret');
  if (!isRelated(served.leaf, stored)) return [address, log];
  return [address, log, ...restartControllers(inventory, objects)];
}
