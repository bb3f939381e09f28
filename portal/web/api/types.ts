/** Types of answers that the contract names only as schemas. */
import type { z } from 'zod';
import type { CredentialAnswer, CredentialSecret } from '#shared/model/api/credential.ts';
import type { CustomerAnswer, TokenAnswer, TokenSecret } from '#shared/model/api/session.ts';

export type CustomerItem = z.infer<typeof CustomerAnswer>;
export type TokenItem = z.infer<typeof TokenAnswer>;
export type NewToken = z.infer<typeof TokenSecret>;
export type CredentialItem = CredentialAnswer;
export type NewCredentialAnswer = z.infer<typeof CredentialSecret>;
