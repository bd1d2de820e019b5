import type { CaBundleFact, ControllerFact } from '../../model/facts.ts';

/** What the binary takes without a flag (cert-manager cmd/controller/app/options). */
const BINARY_DEFAULT = 'kube-system';
const CHART_DEFAULT = 'cert-manager';

/**
 * Where cert-manager looks for the Secrets of ClusterIssuers (--cluster-resource-namespace): its flag, which the charts
 * set to its own namespace; where no controller could be read, the namespace of its webhook, then the charts' own.
 */
export function clusterResourceNamespace(
  controllers: readonly ControllerFact[],
  bundles: readonly CaBundleFact[],
): string {
  const controller = controllers.find(({ product }) => product === 'cert-manager');
  const flag = controller?.flags['cluster-resource-namespace'];
  if (controller) return flag === undefined ? BINARY_DEFAULT : isVariable(flag) ? controller.namespace : flag;
  const own = bundles.find(({ service }) => service?.name.endsWith('cert-manager-webhook'));
  return own?.service?.namespace ?? CHART_DEFAULT;
}

/** `$(POD_NAMESPACE)`, as the charts have it. */
function isVariable(flag: string): boolean {
  return /^\$\(.*\)$/.test(flag) || flag === '';
}

/** Where trust-manager looks for the sources of Bundles (--trust-namespace; the chart gives its default as well). */
export function trustNamespace(controllers: readonly ControllerFact[]): string {
  const controller = controllers.find(({ product }) => product === 'trust-manager');
  const flag = controller?.flags['trust-namespace'];
  return controller && flag !== undefined && isVariable(flag) ? controller.namespace : (flag ?? CHART_DEFAULT);
}
