// SPDX-License-Identifier: Apache-2.0

/** Fabric's rule for channel names with the platform's limit; the platform checks again. */
export const isLedgerName = (name: string): boolean => /^[a-z][a-z0-9.-]{0,63}$/.test(name);
