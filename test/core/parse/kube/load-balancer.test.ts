import assert from 'node:assert/strict';
import { readLoadBalancer } from '../../../../src/core/parse/kube/load-balancer.ts';
import { oddVariants } from './support/odd.ts';

const ACM = 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert';
const service = (annotations: object, type = 'LoadBalancer') => ({
  metadata: { namespace: 'shop', name: 'web', annotations },
  spec: { type, ports: [{ port: 443 }, { port: 80 }] },
  status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }, { ip: '10.0.0.9' }] } },
});

describe('reading the load balancer of a Service', () => {
  it('keeps which certificates of the cloud it has, and where it is', () => {
    assert.deepEqual(readLoadBalancer(service({ [ACM]: 'arn:a, arn:b' })), {
      namespace: 'shop',
      name: 'web',
      annotation: ACM,
      certificates: ['arn:a', 'arn:b'],
      addresses: ['lb.example', '10.0.0.9'],
      ports: [443, 80],
    });
  });

  it('leaves others alone, and never fails', () => {
    assert.equal(readLoadBalancer(service({ other: 'x' })), undefined);
    assert.equal(readLoadBalancer(service({ [ACM]: 'arn:a' }, 'ClusterIP')), undefined);
    for (const odd of oddVariants(service({ [ACM]: 'arn:a' }))) readLoadBalancer(odd);
  });
});
