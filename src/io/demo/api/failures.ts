import { PortFailure } from '../../ports/failure.ts';

/** Failures with the Status body and words of a real API server, judged as the real adapter judges them. */
function failure(state: PortFailure['state'], code: number, reason: string, message: string): PortFailure {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return new PortFailure(state, message, { code: String(code), cause: status });
}

export function badRequest(message: string): PortFailure {
  return failure('partial', 400, 'BadRequest', message);
}

export function unauthorized(): PortFailure {
  return failure('denied', 401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(message: string): PortFailure {
  return failure('denied', 403, 'Forbidden', message);
}

/** The list of its own checks, whole in the failure's cause as it is no Status. @param address `HOST:PORT` */
export function unhealthy(
  address: string,
  path: string,
  { status, body }: { readonly status: number; readonly body: string },
): PortFailure {
  const message = `${address} answered ${status} to ${path}: ${body.replace(/\s+/g, ' ').trim().slice(0, 200)}`;
  return new PortFailure('unreachable', message, { code: String(status), cause: body });
}

/** No such object. @param resource `secrets`, `ingresses.networking.k8s.io` */
export function notFound(resource: string, name: string): PortFailure {
  return failure('absent', 404, 'NotFound', `${resource} "${name}" not found`);
}

export function notServed(): PortFailure {
  return failure('absent', 404, 'NotFound', 'the server could not find the requested resource');
}

export function notAllowed(): PortFailure {
  return failure('denied', 405, 'MethodNotAllowed', 'the demo takes no other writes than of a status');
}

/** @param resource `certificates.cert-manager.io` */
export function conflict(resource: string, name: string): PortFailure {
  return failure(
    'partial',
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}
