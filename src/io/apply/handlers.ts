import type { StepHandler } from './handler.ts';
import { backupFiles } from './handlers/backup-files.ts';
import { kubeadmRenew } from './handlers/kubeadm-renew.ts';
import { refreshKubeconfig } from './handlers/refresh-kubeconfig.ts';
import { reissueCertificate } from './handlers/reissue-certificate.ts';
import { restartKubelet } from './handlers/restart-kubelet.ts';
import { restartStaticPods, returnManifest } from './handlers/restart-static-pods.ts';
import { restoreFiles } from './handlers/restore-files.ts';
import { runCommand } from './handlers/run-tool.ts';
import { putBackFile, removeFile, writeFile } from './handlers/write-file.ts';
import type { ApplyPorts } from './ports.ts';

/** Every kind of step that can be run, by its kind. A new kind is one line here. */
export function createHandlers(ports: ApplyPorts): ReadonlyMap<string, StepHandler> {
  const handlers: readonly StepHandler[] = [
    backupFiles(ports),
    restoreFiles(ports),
    kubeadmRenew(ports),
    restartStaticPods(ports, 'restart-static-pod'),
    restartStaticPods(ports, 'restart-static-pods'),
    returnManifest(ports),
    restartKubelet(ports),
    refreshKubeconfig(ports),
    reissueCertificate(ports),
    writeFile(ports),
    removeFile(ports),
    putBackFile(ports),
    runCommand(ports),
  ];
  return new Map(handlers.map((handler) => [handler.kind, handler]));
}
