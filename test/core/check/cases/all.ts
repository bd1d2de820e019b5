import type { Case } from '../case.ts';
import { backendCases } from './backends.ts';
import { certManagerCases } from './cert-manager.ts';
import { certManagerPartsCases } from './cert-manager-parts.ts';
import { chainCases } from './chains.ts';
import { controlPlaneCases } from './control-plane.ts';
import { expiryCases } from './expiry.ts';
import { hostCases } from './hosts.ts';
import { issuanceCases } from './issuance.ts';
import { issuerCases } from './issuers.ts';
import { istioCases } from './istio.ts';
import { meshCases } from './mesh.ts';
import { meshTrafficCases } from './mesh-traffic.ts';
import { nameCases } from './names.ts';
import { nodeCases } from './node.ts';
import { objectCases } from './objects.ts';
import { pairCases } from './pairs.ts';
import { processCases } from './processes.ts';
import { remoteCases } from './remote.ts';
import { renewalCases } from './renewal.ts';
import { secretCaCases } from './secret-ca.ts';
import { servedCases } from './served.ts';
import { timeCases } from './time.ts';
import { trustBundleCases } from './trust-bundles.ts';
import { upkeepCases } from './upkeep.ts';

/** Every rule's cases: each code has some where it speaks and some where it is silent. */
export const ALL_CASES: readonly Case[] = [
  ...chainCases,
  ...expiryCases,
  ...timeCases,
  ...pairCases,
  ...nameCases,
  ...hostCases,
  ...backendCases,
  ...issuerCases,
  ...servedCases,
  ...processCases,
  ...nodeCases,
  ...controlPlaneCases,
  ...remoteCases,
  ...upkeepCases,
  ...meshCases,
  ...istioCases,
  ...meshTrafficCases,
  ...objectCases,
  ...issuanceCases,
  ...certManagerCases,
  ...certManagerPartsCases,
  ...renewalCases,
  ...secretCaCases,
  ...trustBundleCases,
];
