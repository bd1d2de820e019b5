import type { PlantedObject } from '../planting/form.ts';

/** An object as the API gives it. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: PlantedObject['metadata'];
  readonly data?: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}
