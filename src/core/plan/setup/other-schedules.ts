/** A line of somebody else's schedule that renews too. */
export interface OtherSchedule {
  readonly path: string;
  readonly line: string;
}

/** kubeadm itself, before 1.20 under `alpha`, or a script of kubespray's (roles/kubernetes/control-plane). */
const RENEWS = /kubeadm\s+(alpha\s+)?certs\s+renew|k8s-certs-renew/;

/** Lines that renew without looking: no restart of what holds the old certificates, no check, no way back. */
export function otherSchedules(files: readonly { readonly path: string; readonly content: string }[]): OtherSchedule[] {
  return files.flatMap(({ path, content }) =>
    content
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('#') && RENEWS.test(line))
      .map((line) => ({ path, line })),
  );
}
