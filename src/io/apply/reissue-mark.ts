import { type IssuanceObject, readIssuanceObject } from '../../core/parse/kube/issuance.ts';
import { PortFailure } from '../ports/failure.ts';
import type { KubeApi } from '../ports/kube-api.ts';
import { StepFailure } from './handler.ts';

export interface CertificateAccess {
  readonly kube: KubeApi;
  readonly namespace: string;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** A Certificate as the server gave it, and what is read of it. */
export interface FoundCertificate {
  readonly object: Manifest;
  readonly certificate: IssuanceObject;
}

interface Manifest {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** @throws StepFailure when it is gone; PortFailure */
export async function readCertificate(access: CertificateAccess): Promise<FoundCertificate> {
  const { kube, signal, namespace, name } = access;
  try {
    const { body } = await kube.request({ path: pathOf(access), signal });
    const certificate = readIssuanceObject(body);
    if (certificate) return { object: body as Manifest, certificate };
  } catch (error) {
    if (!(error instanceof PortFailure) || error.state !== 'absent') throw error;
  }
  throw new StepFailure(`Certificate ${namespace}/${name} is not there any more`);
}

/**
 * The status update that `cmctl renew` makes (cert-manager/cmctl pkg/renew/renew.go): a PUT, for the roles of
 * cert-manager's charts allow no patch of it.
 * @param now milliseconds since the epoch
 * @returns the Certificate as it is then; undefined when it has changed meanwhile and is to be read again
 * @throws StepFailure when it is not allowed; PortFailure
 */
export async function markForReissue(
  access: CertificateAccess,
  { object }: FoundCertificate,
  { now, dryRun = false }: { readonly now: number; readonly dryRun?: boolean },
): Promise<IssuanceObject | undefined> {
  const { kube, signal, namespace } = access;
  try {
    const { body } = await kube.request({
      method: 'PUT',
      path: `${pathOf(access)}/status`,
      ...(dryRun && { query: { dryRun: 'All' } }),
      body: marked(object, now),
      signal,
    });
    return readIssuanceObject(body);
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    if (error.code === '409') return undefined;
    if (error.code !== '403') throw error;
    const hint = `it takes the right to update certificates/status in group cert-manager.io: kubectl auth can-i update certificates.cert-manager.io --subresource=status -n ${namespace}`;
    throw new StepFailure(error.message, [hint], error);
  }
}

function pathOf({ namespace, name }: CertificateAccess): string {
  return `/apis/cert-manager.io/v1/namespaces/${encodeURIComponent(namespace)}/certificates/${encodeURIComponent(name)}`;
}

function marked(object: Manifest, now: number): Manifest {
  const issuing = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'Certificate re-issuance manually triggered',
    lastTransitionTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    observedGeneration: object.metadata.generation,
  };
  const others = object.status?.conditions?.filter(({ type }) => type !== 'Issuing') ?? [];
  return { ...object, status: { ...object.status, conditions: [...others, issuing] } };
}
