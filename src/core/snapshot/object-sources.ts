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
  order: ['acme'],
  challenge: ['acme'],
  httproute: ['routes'],
  tlsroute: ['routes'],
  grpcroute: ['routes'],
  httpproxy: ['routes'],
  ingressroute: ['routes'],
  route: ['routes'],
  externalsecret: ['copiers'],
  bundle: ['copiers'],
  ingressclass: ['controllers'],
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
