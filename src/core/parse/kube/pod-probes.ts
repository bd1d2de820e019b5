import { at, type Json, numberOf, recordsOf, textOf } from './json.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** Where the injector turns probes to: pilot-agent's own port, which asks the container in the kubelet's place. */
const AGENT_PORT = 15020;

/**
 * Ports that the kubelet asks for itself, by HTTP and gRPC, though a proxy of Istio stands before them: those that the
 * injector did not rewrite (sidecar.istio.io/rewriteAppHTTPProbers). The kubelet has no identity of the mesh. A TCP
 * probe is content with the proxy's own answer, and a command stays in the container (istio pkg/kube/inject/app_probe.go).
 */
export function probesPastProxy(containers: readonly Json[]): readonly number[] | undefined {
  const apps = containers.filter(({ name }) => name !== 'istio-proxy');
  const asked = apps.flatMap((container) => PROBES.flatMap((probe) => portOf(container, container[probe]) ?? []));
  const ports = [...new Set(asked.filter((port) => port !== AGENT_PORT))];
  return ports.length > 0 ? ports : undefined;
}

/** A probe may name a port of its container. */
function portOf({ ports }: Json, probe: unknown): number | undefined {
  const port = at(probe, 'httpGet', 'port') ?? at(probe, 'grpc', 'port');
  const name = textOf(port);
  if (name === undefined) return numberOf(port);
  return numberOf(recordsOf(ports).find((one) => one.name === name)?.containerPort) ?? (Number(name) || undefined);
}
