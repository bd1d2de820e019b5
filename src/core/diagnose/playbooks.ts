import type { Playbook } from './playbook.ts';
import { apiCertificate } from './playbooks/api-certificate.ts';

/** Every symptom that is known, the narrower ones first. */
export const PLAYBOOKS: readonly Playbook[] = [apiCertificate];
