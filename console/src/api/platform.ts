// SPDX-License-Identifier: Apache-2.0

import { answer, http, type Schemas } from './client';

export type Platform = Schemas['Platform'];
export type Report = Schemas['Report'];
export type Check = Schemas['Check'];

export const getPlatform = () => answer(http.GET('/platform'));
export const getDoctor = () => answer(http.GET('/doctor'));
