import type { Certificate } from './certificate.ts';
import { ANY_POLICY } from './extensions.ts';

/** Inputs of RFC 5280 section 6.1.1 (c) to (g); clients use the defaults. */
export interface PolicyInputs {
  /** Default: anyPolicy. */
  readonly initialPolicies?: readonly string[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

interface Node {
  readonly policy: string;
  readonly parents: Node[];
  expected: readonly string[];
}

/** The levels of the graph, from the anchor on; each has a node per policy. Undefined once no policy is left. */
type Graph = Map<string, Node>[] | undefined;

interface State {
  graph: Graph;
  explicit: number;
  mapping: number;
  any: number;
}

/**
 * Whether the path (anchor first, leaf last) has a policy that the caller accepts: RFC 5280 section 6.1 with the
 * policy graph of RFC 9618, whose size is bounded by the number of policies that the certificates state.
 */
export function hasValidPolicy(path: readonly Certificate[], inputs: PolicyInputs = {}): boolean {
  const certificates = path.slice(1);
  const never = certificates.length + 1;
  const state: State = {
    graph: [new Map([[ANY_POLICY, { policy: ANY_POLICY, parents: [], expected: [ANY_POLICY] }]])],
    explicit: inputs.requireExplicit ? 0 : never,
    mapping: inputs.inhibitMapping ? 0 : never,
    any: inputs.inhibitAny ? 0 : never,
  };
  for (const [index, certificate] of certificates.entries()) {
    const last = index === certificates.length - 1;
    state.graph = addLevel(state, certificate, last);
    if (state.explicit === 0 && !state.graph) return false;
    if (!last) prepareNext(state, certificate);
  }
  const leaf = certificates.at(-1);
  if (state.explicit > 0) state.explicit--;
  if (leaf?.requireExplicit === 0) state.explicit = 0;
  return state.explicit > 0 || isAccepted(state.graph, inputs.initialPolicies ?? [ANY_POLICY]);
}

/** Section 6.1.3 (d), (e). */
function addLevel({ graph, any }: State, certificate: Certificate, last: boolean): Graph {
  if (!graph || !certificate.policies) return undefined;
  const above = graph.at(-1)!;
  const level = new Map<string, Node>();
  const anyParent = above.get(ANY_POLICY);
  const byExpected = Map.groupBy(
    [...above.values()].flatMap((node) => node.expected.map((policy) => ({ policy, node }))),
    ({ policy }) => policy,
  );
  const add = (policy: string, parents: Node[]) => level.set(policy, { policy, parents, expected: [policy] });
  for (const policy of certificate.policies) {
    if (policy === ANY_POLICY) continue;
    const parents = byExpected.get(policy)?.map(({ node }) => node) ?? (anyParent ? [anyParent] : []);
    if (parents.length > 0) add(policy, parents);
  }
  if (certificate.policies.includes(ANY_POLICY) && (any > 0 || (!last && certificate.selfIssued))) {
    for (const [policy, parents] of byExpected)
      if (!level.has(policy))
        add(
          policy,
          parents.map(({ node }) => node),
        );
  }
  return level.size > 0 ? [...graph, level] : undefined;
}

/** Section 6.1.4 (a) to (j). */
function prepareNext(state: State, certificate: Certificate): void {
  if (certificate.mappings) applyMappings(state, certificate);
  if (!certificate.selfIssued) {
    state.explicit = Math.max(0, state.explicit - 1);
    state.mapping = Math.max(0, state.mapping - 1);
    state.any = Math.max(0, state.any - 1);
  }
  state.explicit = Math.min(state.explicit, certificate.requireExplicit ?? state.explicit);
  state.mapping = Math.min(state.mapping, certificate.inhibitMapping ?? state.mapping);
  state.any = Math.min(state.any, certificate.inhibitAny ?? state.any);
}

/** Section 6.1.4 (b): mapped policies are expected under their new names, or dropped where mapping is inhibited. */
function applyMappings(state: State, certificate: Certificate): void {
  const level = state.graph?.at(-1);
  if (!level) return;
  const anyNode = level.get(ANY_POLICY);
  for (const [policy, mappings] of Map.groupBy(certificate.mappings ?? [], ({ issuer }) => issuer)) {
    const node = level.get(policy);
    const expected = mappings.map(({ subject }) => subject);
    if (state.mapping === 0) level.delete(policy);
    else if (node) node.expected = expected;
    else if (anyNode) level.set(policy, { policy, parents: anyNode.parents, expected });
  }
  if (level.size === 0) state.graph = undefined;
}

/**
 * Section 6.1.5 (g) of RFC 9618: a node whose parent is anyPolicy, and that has descendants down to the leaf's
 * level, carries a policy of the anchor's domain; anyPolicy at the leaf allows whatever the caller accepts.
 */
function isAccepted(graph: Graph, wanted: readonly string[]): boolean {
  const leaves = graph?.at(-1);
  if (!graph || !leaves) return false;
  if (wanted.includes(ANY_POLICY) || leaves.has(ANY_POLICY)) return true;
  let reached = new Set<Node>(leaves.values());
  for (let depth = graph.length - 1; depth > 0; depth--) {
    const authorised = [...reached].filter(({ parents }) => parents.some(({ policy }) => policy === ANY_POLICY));
    if (authorised.some(({ policy }) => wanted.includes(policy))) return true;
    reached = new Set([...reached].flatMap(({ parents }) => parents));
  }
  return false;
}
