import type { ChallengeFact, OrderFact } from '../../model/facts.ts';
import { readIssuerReference } from './cert-manager.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf, textsOf } from './json.ts';
import { metaOf, ownerUidOf } from './meta.ts';
import { readSolver } from './solver.ts';

/** cert-manager's Order (acme.cert-manager.io/v1: pkg/apis/acme/v1/types_order.go). */
export function readOrder(object: unknown): OrderFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  return compact<OrderFact>({
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    created: meta.created,
    owner: ownerUidOf(object),
    issuer: readIssuerReference(spec.issuerRef),
    dnsNames: textsOf(spec.dnsNames),
    state: textOf(status.state),
    reason: textOf(status.reason),
    url: textOf(status.url),
    failureTime: textOf(status.failureTime),
    authorizations: recordsOf(status.authorizations).map(readAuthorization),
  });
}

function readAuthorization(authorization: Json): OrderFact['authorizations'][number] {
  return compact<OrderFact['authorizations'][number]>({
    url: textOf(authorization.url),
    identifier: textOf(authorization.identifier) ?? '',
    wildcard: authorization.wildcard === true,
    initialState: textOf(authorization.initialState),
    offers: recordsOf(authorization.challenges).flatMap(({ type }) => textOf(type) ?? []),
  });
}

/** cert-manager's Challenge (types_challenge.go), without its key authorization. */
export function readChallenge(object: unknown): ChallengeFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  return compact<ChallengeFact>({
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    created: meta.created,
    owner: ownerUidOf(object),
    issuer: readIssuerReference(spec.issuerRef),
    type: textOf(spec.type) ?? '',
    dnsName: textOf(spec.dnsName) ?? '',
    wildcard: spec.wildcard === true,
    challengeToken: textOf(spec.token),
    state: textOf(status.state),
    reason: textOf(status.reason),
    presented: status.presented === true,
    processing: status.processing === true,
    deleting: textOf(at(object, 'metadata', 'deletionTimestamp')) === undefined ? undefined : true,
    solver: spec.solver === undefined ? undefined : readSolver(spec.solver, meta.namespace),
  });
}
