import { LOG_LINES, type LogParams, requestCommand, want } from '../../../core/diagnose/requests.ts';
import { ref } from '../../../core/model/ref.ts';
import { readLog } from '../../../core/parse/log.ts';
import { asksCluster } from '../cluster-source.ts';
import type { Source } from '../source.ts';

/** Bytes that the server may send: a line may be long. */
const MOST_BYTES = 1 << 19;

/** The end of one container's log. Without a container it is that of the only one. */
export function podLogs(params: LogParams): Source {
  const { namespace, pod, container, previous = false } = params;
  const command = requestCommand(want.podLog(params, ''));
  const unknown = `what ${pod} says`;
  return {
    id: 'pod-logs',
    layer: 'cluster',
    title: `log of ${namespace}/${pod}`,
    needs: [{ kind: 'rbac', group: '', resource: 'pods/log', verb: 'get' }],
    inScope: asksCluster('cluster', 'ingress', 'mesh'),
    command,
    unknown,
    collect: async ({ ports, signal, answered, begin }) => {
      const reading = begin({ command, unknown });
      const { body } = await ports.kube.request({
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
        query: {
          tailLines: String(LOG_LINES),
          limitBytes: String(MOST_BYTES),
          timestamps: 'true',
          ...(container !== undefined && { container }),
          ...(previous && { previous: 'true' }),
        },
        signal,
      });
      answered();
      const about = { object: ref.object('pod', pod, namespace), ...(container !== undefined && { container }) };
      for (const message of readLog(typeof body === 'string' ? body : '', about)) reading.fact('message', message);
      reading.complete();
    },
  };
}
