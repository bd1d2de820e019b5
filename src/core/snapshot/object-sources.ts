/**
 * The sources that tell of each kind of object, by the word that refs use. Only where all of them were read is an object
 * that is not among what they saw not there.
 */
export const OBJECT_SOURCES: Readonly<Record<string, readonly string[]>> = {
  secret: ['secrets'],
  configmap: ['configmaps', 'mesh-bundles'],
  pod: ['pods'],
  ingress: ['ingresses', 'secrets'],
  gateway: ['gateways', 'secrets'],
  listenerset: ['gateways', 'secrets'],
  certificate: ['certificates', 'secrets'],
  certificaterequest: ['certificaterequests'],
  issuer: ['issuers', 'secrets'],
  clusterissuer: ['issuers', 'secrets'],
  node: ['nodes'],
  csr: ['csrs'],
  apiservice: ['cabundles'],
  crd: ['cabundles'],
  mutatingwebhookconfiguration: ['cabundles'],
  validatingwebhookconfiguration: ['cabundles'],
  root: ['public-roots'],
};
