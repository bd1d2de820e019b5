import { credential } from './cluster/credential.ts';
import { kubeconfig } from './cluster/kubeconfig.ts';
import { nodes } from './cluster/nodes.ts';
import { version } from './cluster/version.ts';
import { publicRoots } from './local/public-roots.ts';
import type { Source } from './source.ts';

/** Places that certificates, or facts about them, are read from. One line each. */
const READ_SOURCES: readonly Source[] = [kubeconfig, credential, nodes, version];

/**
 * The catalogue. Order matters: a source may only wait for those above it, and the first one to see a placement
 * speaks for it.
 */
export const SOURCES: readonly Source[] = [...READ_SOURCES, publicRoots(READ_SOURCES.map(({ id }) => id))];
