/** The one class of the Kubernetes client that is used: named here, so that the bundle leaves out the rest (3 MB). */
export { KubeConfig } from '@kubernetes/client-node';
