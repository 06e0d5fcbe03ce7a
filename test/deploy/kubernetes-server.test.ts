/**
 * What a real API server says of the manifests: each is applied, with an error for every field that it does not know, and each pod
 * is tried as one, because that is where Pod Security looks. Custom resources are checked by the definitions of their operator.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { noKubernetes, startKubernetes, type KubernetesServer } from '../servers/kubernetes.ts';
import { noKustomize } from '../servers/kustomize.ts';
import { customKinds, definitionOf } from './kubernetes-custom-resources.ts';
import { combinations, parse, renderWith, workloads, type Manifest, type PodTemplate } from './manifests.ts';

const withoutServer = noKubernetes() ?? noKustomize();

const taken = { message: '', warnings: '', status: expect.toSatisfy((status: number) => [200, 201].includes(status)) };

describe.skipIf(withoutServer !== undefined)(`An API server ${withoutServer ?? ''}`, () => {
  let server: KubernetesServer;

  beforeAll(async () => {
    server = await startKubernetes();
    for (const kind of customKinds) await server.define(definitionOf(kind));
  });

  afterAll(() => server?.stop());

  describe.each(combinations)('%s', (...[, render]) => {
    const manifests = withoutServer === undefined ? parse(render()) : [];

    test('is taken as it is', async () => {
      expect(manifests.length).toBeGreaterThan(0);
      for (const manifest of manifests)
        expect(await server.apply(manifest), `${manifest.kind} ${manifest.metadata.name}`).toMatchObject(taken);
      // It cannot be changed, and another overlay of the same namespace has another: the README says how an operator goes about it.
      for (const job of manifests.filter(({ kind }) => kind === 'Job'))
        expect(await server.remove(job)).toMatchObject(taken);
    });

    test('has pods that may run where only restricted ones may', async () => {
      const pods = podsOf(manifests);
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods) expect(await server.tryToCreate(pod), pod.metadata.name).toMatchObject(taken);
    });
  });

  describe('what is wrong', () => {
    const manifests = withoutServer === undefined ? parse(renderWith([], 'sentrikat-base')) : [];

    beforeAll(async () => {
      for (const manifest of manifests) await server.apply(manifest);
    });

    test('is refused by the name of the field', async () => {
      const service = manifests.find(({ kind }) => kind === 'StatefulSet');
      const wrong = { ...service, spec: { ...service?.spec, serviceNam: 'a' } } as Manifest;
      expect(await server.apply(wrong)).toMatchObject({
        status: 500,
        message: expect.stringContaining('.spec.serviceNam'),
      });
    });

    /** Each is one change of a pod that is taken. */
    test.each([
      ['privileged (container "sentrikat"', { privileged: true, allowPrivilegeEscalation: true }],
      ['runAsUser=0 (container "sentrikat"', { runAsUser: 0 }],
      ['runAsNonRoot != true (container "sentrikat"', { runAsNonRoot: false }],
      ['allowPrivilegeEscalation != false (container "sentrikat"', { allowPrivilegeEscalation: true }],
      [
        'unrestricted capabilities (container "sentrikat" must not include "NET_ADMIN"',
        { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } },
      ],
      ['seccompProfile (container "sentrikat"', { seccompProfile: { type: 'Unconfined' } }],
    ])('is refused as a pod: %s', async (says, change) => {
      const pod = podsOf(manifests).find(({ metadata }) => metadata.name === 'sentrikat');
      const [container] = pod?.spec.containers ?? [];
      const securityContext = { ...container?.securityContext, ...change };
      const wrong = { ...pod, spec: { ...pod?.spec, containers: [{ ...container, securityContext }] } } as Pod;
      const { status, message } = await server.tryToCreate(wrong);
      expect(message).toMatch(/ is forbidden: violates PodSecurity "restricted:latest": /);
      expect(message).toContain(says);
      expect(status).toBe(403);
    });
  });
});

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: PodTemplate['spec'];
}

/** One of each, as its controller would make it. */
function podsOf(manifests: readonly Manifest[]): Pod[] {
  return workloads(manifests).map(({ manifest: { metadata, spec }, template }) => {
    const claims = (spec?.volumeClaimTemplates ?? []).map((claim) => ({
      name: claim.metadata.name,
      persistentVolumeClaim: { claimName: `${claim.metadata.name}-${metadata.name}-0` },
    }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: metadata.name, namespace: metadata.namespace ?? '' },
      spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
    };
  });
}
