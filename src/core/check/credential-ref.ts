import type { CredentialFact } from '../model/facts.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Where the credential in use stands: its certificate's placement, else its user in the kubeconfig. */
export function credentialRef(inventory: Inventory, { ref: placement, context, user }: CredentialFact): string {
  if (placement !== undefined) return placement;
  const file = inventory
    .facts('kubeconfig')
    .find(({ contexts }) => contexts.some((one) => one.name === context && one.user === user));
  return file ? ref.kubeconfigUser(file.path, user) : ref.object('user', user);
}
