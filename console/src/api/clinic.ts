// SPDX-License-Identifier: Apache-2.0

import { answer, http, type Schemas } from './client';

export type CertificateCheck = Schemas['CertificateCheck'];
export type CertificateReport = Schemas['CertificateReport'];
export type CheckFinding = Schemas['CheckFinding'];
export type CheckedItem = Schemas['CheckedItem'];
export type CheckPurpose = CertificateCheck['purpose'];

/** Asks the clinic; nobody needs to be signed in. */
export const checkCertificates = (body: CertificateCheck) => answer(http.POST('/clinic', { body }));
