// SPDX-License-Identifier: Apache-2.0
import type { components } from './schema.gen';

export type Platform = components['schemas']['Platform'];
export type Commit = components['schemas']['Commit'];
export type ContractParameter = components['schemas']['ContractParameter'];
