import { at, recordsOf, textOf, unique } from './kube/json.ts';

/**
 * Ids of the sandboxes whose containers `crictl ps -o json` shows, for a static Pod's container of this name; undefined
 * when the text is no such answer. Never throws.
 * @see kubernetes-sigs/cri-tools cmd/crictl/container.go; labels: kubernetes/kubernetes pkg/kubelet/kuberuntime/labels.go
 */
export function sandboxesIn(text: string, container: string): readonly string[] | undefined {
  const containers = listIn(text);
  if (!Array.isArray(containers)) return undefined;
  const meant = recordsOf(containers).filter(
    ({ labels }) =>
      at(labels, 'io.kubernetes.container.name') === container &&
      at(labels, 'io.kubernetes.pod.namespace') === 'kube-system',
  );
  return unique(meant.flatMap(({ podSandboxId }) => textOf(podSandboxId) ?? []));
}

function listIn(text: string): unknown {
  try {
    return at(JSON.parse(text), 'containers');
  } catch {
    return undefined;
  }
}
