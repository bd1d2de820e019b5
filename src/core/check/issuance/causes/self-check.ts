import { causeDefinition, type IssuanceCause, SEE_CHALLENGE } from '../cause.ts';

const SELF_CHECK = 'cert-manager pkg/issuer/acme/http/http.go';

/** HTTP-01: cert-manager asks for the answer itself before it lets the CA ask. */
export const SELF_CHECK_CAUSES: readonly IssuanceCause[] = [
  {
    definition: causeDefinition({
      code: 'SELF_CHECK_CLOSED',
      title: 'the self-check of an HTTP-01 challenge is closed without an answer',
      meaning:
        'The connection is made and closed at once. Inside the cluster the address of a load balancer is often taken by kube-proxy, so that the request reaches the controller without what the load balancer adds: a controller that demands the PROXY protocol then hangs up. From outside the same URL may work.',
      prove: [
        SEE_CHALLENGE,
        'kubectl -n ingress-nginx get configmap ingress-nginx-controller -o yaml | grep proxy-protocol',
        'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep "broken header": requests of Pods without the PROXY header',
      ],
      fix: [
        'have the load balancer announce a host name instead of an address, so that Pods go through it',
        'or prove the name by DNS-01, or put a proxy that adds the header in the way of Pods',
      ],
      source: SELF_CHECK,
    }),
    patterns: [/self[- ]check[^\n]*(?:\bEOF\b|connection reset|reset by peer|server closed|malformed HTTP)/i],
    blames: 'challenge',
  },
  {
    definition: causeDefinition({
      code: 'SELF_CHECK_UNREACHABLE',
      title: 'cert-manager cannot reach the address of its own HTTP-01 answer',
      meaning:
        'cert-manager asks for the answer from inside the cluster, and only when it gets it the CA is asked. An address that works from the internet may not work from inside: no hairpin at the router or load balancer, externalTrafficPolicy Local on a node without the controller, a firewall or a NetworkPolicy. The CA is never asked, and no attempt is counted.',
      prove: [
        SEE_CHALLENGE,
        'kubectl -n cert-manager run probe --rm -it --image=curlimages/curl -- curl -m 5 -sv http://HOST/.well-known/acme-challenge/x: it times out, and from outside it answers',
        'kubectl -n ingress-nginx get service ingress-nginx-controller -o jsonpath="{.spec.externalTrafficPolicy}"',
      ],
      fix: [
        'make the name reachable from inside: hairpin at the load balancer, or a rewrite of the host to the Service of the controller in CoreDNS',
        'or prove this name by DNS-01',
      ],
      source: SELF_CHECK,
    }),
    patterns: [
      /self[- ]check[^\n]*(?:deadline exceeded|i\/o timeout|timed? ?out|connection refused|no route to host|network is unreachable|Client\.Timeout)/i,
    ],
    blames: 'challenge',
  },
  {
    definition: causeDefinition({
      code: 'SELF_CHECK_NAME_UNRESOLVED',
      title: 'the name of an HTTP-01 challenge does not resolve from inside the cluster',
      meaning:
        'There is no address for the name at the resolver that cert-manager uses: no record yet, or another view of the zone inside.',
      prove: [
        SEE_CHALLENGE,
        'dig HOST: from outside',
        'kubectl -n cert-manager run probe --rm -it --image=busybox -- nslookup HOST: from inside',
      ],
      fix: [
        'publish an address record for the name that leads to the ingress controller',
        'or give cert-manager other resolvers: --acme-http01-solver-nameservers',
      ],
      source: SELF_CHECK,
    }),
    patterns: [
      /self[- ]check[^\n]*(?:no such host|server misbehaving|SERVFAIL|NXDOMAIN|Temporary failure in name resolution)/i,
    ],
    blames: 'challenge',
  },
  {
    definition: causeDefinition({
      code: 'SELF_CHECK_WRONG_ANSWER',
      title: 'somebody else answers in place of the HTTP-01 solver',
      meaning:
        'The name leads to something that does not know the challenge: another controller or site, a controller that does not serve the class of the solver Ingress, a login or allow-list in front (401, 403), a redirect that never ends (308), a solver Pod that is not ready (503).',
      prove: [
        SEE_CHALLENGE,
        'kubectl get ingress -A -l acme.cert-manager.io/http01-solver=true: does the solver Ingress have an address, and the class of a controller that runs?',
        'curl -sv http://HOST/.well-known/acme-challenge/TOKEN: who answers',
      ],
      fix: [
        'let the name lead to the controller that serves the class of the solver',
        'or set the class of the solver to the one that serves the name',
      ],
      source: SELF_CHECK,
    }),
    patterns: [/wrong status code|did not get expected response|expected ['"]?200['"]?/i],
    said: ['challenge'],
    blames: 'challenge',
  },
];
