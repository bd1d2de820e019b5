import type { PodFact } from '../../model/facts.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf, unique } from './json.ts';
import { type Meta, metaOf } from './meta.ts';
import { intentOf, lastToRun, meshOf } from './pod-mesh.ts';

/** Labels that tell a controller, a gateway or a control plane from the workloads. */
export const KEPT_LABELS: ReadonlySet<string> = new Set([
  'app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
  'app.kubernetes.io/instance',
  'k8s-app',
  'component',
  'tier',
  'istio',
  'istio.io/rev',
  'gateway.networking.k8s.io/gateway-name',
  'linkerd.io/control-plane-component',
  'linkerd.io/control-plane-ns',
  'service.istio.io/canonical-name',
  'version',
  'name',
  'run',
  'role',
]);

/** Mounted by every Pod: naming it for each would tell nothing and cost memory for each. */
const ROOT_CA_CONFIG_MAP = 'kube-root-ca.crt';

/**
 * A Pod as far as certificates need it: which Secrets and ConfigMaps it mounts or takes into its environment
 * (imagePullSecrets are the kubelet's, not the Pod's), where it runs, since when, for whom, and in which mesh.
 * @param labelsToo labels that are kept beside KEPT_LABELS: those by which something selects Pods
 */
export function readPod(object: unknown, labelsToo: readonly string[] = []): PodFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((field) => recordsOf(spec[field]));
  const sources = [...volumeSources(spec), ...environmentSources(containers)];
  const frozen = frozenSecrets(spec);
  const labels = keptLabels(meta, labelsToo);
  return compact<PodFact>({
    namespace: meta.namespace,
    name: meta.name,
    node: textOf(spec.nodeName),
    owner: ownerOf(object, meta),
    serviceAccount: textOf(spec.serviceAccountName),
    started: startOf(status),
    phase: textOf(status.phase),
    unready: unreadyOf(status),
    ip: textOf(status.podIP),
    secrets: unique(sources.flatMap(({ secret }) => secret ?? [])),
    frozenSecrets: frozen.length > 0 ? frozen : undefined,
    configMaps: unique(sources.flatMap(({ configMap }) => configMap ?? [])).filter(
      (name) => name !== ROOT_CA_CONFIG_MAP,
    ),
    csiCertificates: certificateDriver(spec),
    mesh: meshOf(spec, containers, meta),
    meshIntent: intentOf(spec, meta),
    labels: Object.keys(labels).length > 0 ? labels : undefined,
    waitsForSidecar: lastToRun(spec, status),
  });
}

/** Drivers of volumes whose files are a certificate and its key, made for this Pod: cert-manager's and SPIFFE's. */
const CERTIFICATE_DRIVERS: ReadonlySet<string> = new Set([
  'csi.cert-manager.io',
  'spiffe.csi.cert-manager.io',
  'csi.spiffe.io',
]);

function certificateDriver(spec: Json): string | undefined {
  const drivers = recordsOf(spec.volumes).flatMap((volume) => textOf(at(volume, 'csi', 'driver')) ?? []);
  return drivers.find((driver) => CERTIFICATE_DRIVERS.has(driver));
}

/** A container that was restarted has read its files again, the oldest one that runs has not. */
function startOf(status: Json): string | undefined {
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((field) => recordsOf(status[field]));
  const running = statuses.flatMap((container) => textOf(at(container, 'state', 'running', 'startedAt')) ?? []);
  return running.sort()[0] ?? textOf(status.startTime);
}

/** A Pod whose container starts again and again is Running all the same: its condition tells. */
function unreadyOf(status: Json): string | undefined {
  const ready = recordsOf(status.conditions).find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return undefined;
  const waiting = ['containerStatuses', 'initContainerStatuses'].flatMap((field) =>
    recordsOf(status[field]).flatMap((container) => textOf(at(container, 'state', 'waiting', 'reason')) ?? []),
  );
  return waiting[0] ?? textOf(ready.reason) ?? 'not ready';
}

interface NamedSource {
  readonly secret?: string | undefined;
  readonly configMap?: string | undefined;
}

function volumeSources(spec: Json): NamedSource[] {
  return recordsOf(spec.volumes).flatMap((volume) => [
    { secret: textOf(at(volume, 'secret', 'secretName')), configMap: textOf(at(volume, 'configMap', 'name')) },
    ...recordsOf(at(volume, 'projected', 'sources')).map((source) => ({
      secret: textOf(at(source, 'secret', 'name')),
      configMap: textOf(at(source, 'configMap', 'name')),
    })),
  ]);
}

function environmentSources(containers: readonly Json[]): NamedSource[] {
  return containers.flatMap(({ env, envFrom }) => [
    ...recordsOf(env).map((variable) => ({
      secret: textOf(at(variable, 'valueFrom', 'secretKeyRef', 'name')),
      configMap: textOf(at(variable, 'valueFrom', 'configMapKeyRef', 'name')),
    })),
    ...recordsOf(envFrom).map((source) => ({
      secret: textOf(at(source, 'secretRef', 'name')),
      configMap: textOf(at(source, 'configMapRef', 'name')),
    })),
  ]);
}

/** Secrets that reach a container once: by subPath, or as its environment (kubernetes.io, concepts: Secret volumes). */
function frozenSecrets(spec: Json): string[] {
  const sidecars = recordsOf(spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const containers = [...recordsOf(spec.containers), ...sidecars];
  const once = new Set(
    containers.flatMap(({ volumeMounts }) =>
      recordsOf(volumeMounts).flatMap(({ name, subPath, subPathExpr }) =>
        textOf(subPath) || textOf(subPathExpr) ? (textOf(name) ?? []) : [],
      ),
    ),
  );
  const volumes = recordsOf(spec.volumes).filter(({ name }) => once.has(textOf(name) ?? ''));
  const sources = [...volumeSources({ volumes }), ...environmentSources(containers)];
  return unique(sources.flatMap(({ secret }) => secret ?? []));
}

/** `deployment/web`, `daemonset/proxy`: a ReplicaSet named after a pod-template-hash stands for its Deployment. */
function ownerOf(object: unknown, { labels }: Meta): string | undefined {
  const owner = recordsOf(at(object, 'metadata', 'ownerReferences')).find(({ controller }) => controller === true);
  const kind = textOf(owner?.kind)?.toLowerCase();
  const name = textOf(owner?.name);
  if (kind === undefined || name === undefined) return undefined;
  const suffix = `-${labels['pod-template-hash']}`;
  return kind === 'replicaset' && name.endsWith(suffix)
    ? `deployment/${name.slice(0, -suffix.length)}`
    : `${kind}/${name}`;
}

function keptLabels({ labels }: Meta, more: readonly string[]): Record<string, string> {
  const kept = [...KEPT_LABELS, ...more];
  return Object.fromEntries(kept.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])));
}
