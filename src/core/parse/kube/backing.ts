import { at, numberOf, recordOf, recordsOf, textMapOf, textOf } from './json.ts';
import { metaOf } from './meta.ts';

/** Where a port of a Service leads in the Pods behind it: a number, or the name of a container's port. */
export interface ServiceBacking {
  readonly selector: Readonly<Record<string, string>>;
  readonly targetPort: number | string;
}

/** Undefined where the Service has no such port, or leads to no Pods by itself. */
export function readBacking(service: unknown, port: number): ServiceBacking | undefined {
  const selector = textMapOf(at(service, 'spec', 'selector'));
  const found = recordsOf(at(service, 'spec', 'ports')).find((one) => one.port === port);
  if (!found || Object.keys(selector).length === 0) return undefined;
  return { selector, targetPort: numberOf(found.targetPort) ?? textOf(found.targetPort) ?? port };
}

/** A running Pod behind a Service, and its port. */
export interface BackingPod {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
}

/** Undefined for a Pod that does not run, has no address, or no port of that name. */
export function readBackingPod(pod: unknown, targetPort: number | string): BackingPod | undefined {
  const meta = metaOf(pod);
  const status = recordOf(at(pod, 'status'));
  const ip = textOf(status.podIP);
  const containers = ['containers', 'initContainers'].flatMap((field) => recordsOf(at(pod, 'spec', field)));
  const ports = containers.flatMap((container) => recordsOf(container.ports));
  const port =
    typeof targetPort === 'number'
      ? targetPort
      : numberOf(ports.find(({ name }) => name === targetPort)?.containerPort);
  if (!meta || status.phase !== 'Running' || ip === undefined || port === undefined) return undefined;
  return { namespace: meta.namespace, name: meta.name, ip, port };
}
