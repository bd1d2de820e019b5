import type { ProcessFact, StaticPodFact } from '../model/facts.ts';

/**
 * The static Pods that this machine runs: those of its own /etc/kubernetes, and those whose files a process here reads.
 * A folder that was copied, or a disk that is mounted, is not what answers on this machine's ports.
 */
export function livePods<P extends StaticPodFact>(pods: readonly P[], processes: readonly ProcessFact[]): P[] {
  return pods.filter(
    (pod) =>
      pod.manifest.startsWith('/etc/kubernetes/') ||
      processes.some(
        ({ program, files }) => program === pod.component && files.some(({ path }) => pod.files.includes(path)),
      ),
  );
}
