import type { IstioOpinionFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { at, compact, recordOf, recordsOf, textOf, unique } from '../kube/json.ts';

type Message = IstioOpinionFact['messages'][number];
type Opinion = Omit<IstioOpinionFact, 'command'>;

/** `istioctl analyze -o json`: one message for each fault. @returns undefined for what is no such list */
export function readAnalysis(json: unknown): Opinion | undefined {
  if (!Array.isArray(json)) return undefined;
  const messages = recordsOf(json).map((one) =>
    compact<Message>({
      code: textOf(one.code) ?? '',
      level: textOf(one.level) ?? '',
      message: textOf(one.message) ?? '',
      object: objectOf(textOf(one.origin)),
    }),
  );
  return { messages, servers: [], behind: [] };
}

/** `Gateway istio-system/gw-missing`, `Namespace default`. */
function objectOf(origin: string | undefined): string | undefined {
  const [, kind, namespace, name] = /^(\w+) (?:([^/ ]+)\/)?([^/ ]+)$/.exec(origin ?? '') ?? [];
  return kind && name ? ref.object(kind, name, namespace) : undefined;
}

/** `istioctl version -o json`. Its own connections of earlier calls are no proxies. */
export function readVersions(json: unknown): Opinion | undefined {
  const client = textOf(at(json, 'clientVersion', 'version'));
  if (client === undefined) return undefined;
  const servers = recordsOf(at(json, 'meshVersion')).flatMap((one) => textOf(at(one, 'Info', 'version')) ?? []);
  return { messages: [], client, servers: unique(servers), behind: [] };
}

const SECRETS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/**
 * `istioctl proxy-status -o json`: what istiod sent to each proxy, and what was refused. A secret that a proxy refused
 * still stands in the proxy's own dump as if it were in use.
 */
export function readProxyStatus(json: unknown): Opinion | undefined {
  const resources = at(json, 'resources');
  if (!Array.isArray(resources)) return undefined;
  const messages = recordsOf(resources).flatMap((resource): Message[] => {
    const id = textOf(at(resource, 'node', 'id')) ?? '';
    const [, name = '', namespace = ''] = /^([^.]+)\.(.+)$/.exec(id) ?? [];
    return recordsOf(resource.genericXdsConfigs).flatMap((config) => {
      const error = recordOf(config.errorState);
      const details = textOf(error.details);
      if (config.typeUrl !== SECRETS || details === undefined) return [];
      return [{ code: 'SDS', level: 'Error', message: details, object: ref.object('pod', name, namespace) }];
    });
  });
  return { messages, servers: [], behind: [] };
}
