// SPDX-License-Identifier: Apache-2.0

/** A key that this browser keeps, for one name in one organization. */
export interface DeviceKey {
  readonly organization: string;
  readonly name: string;
  readonly key: CryptoKey;
  /** The request; kept until it is answered, so that one that got no answer can be sent again as it was. */
  readonly csr: string;
  /** Absent until the authority has answered. */
  readonly certificate?: {
    readonly pem: string;
    readonly serial: string;
    readonly role: string;
    readonly notAfter: string;
    /** When this browser took it over from the inventory, because it was issued again on the same key. */
    readonly takenOverAt?: string;
    /** Why it is revoked, as RFC 5280 names it. */
    readonly revoked?: string;
  };
}

/** Whether a key can sign at a time, as far as its certificate goes. */
export const isUsable = ({ certificate }: DeviceKey, now: number): boolean =>
  certificate !== undefined && certificate.revoked === undefined && Date.parse(certificate.notAfter) > now;

const store = 'keys';

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open('b4a', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(store, { keyPath: ['organization', 'name'] });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error ?? new Error('the browser keeps no keys'));
  });
}

/** Runs one transaction; done when it is on disk, not when the request was answered. */
async function within<T>(mode: IDBTransactionMode, run: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise((done, fail) => {
      const transaction = db.transaction(store, mode, { durability: 'strict' });
      const request = run(transaction.objectStore(store));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => fail(transaction.error ?? new Error('the browser kept nothing'));
    });
  } finally {
    db.close();
  }
}

/** The keys for an organization. */
export async function listKeys(organization: string): Promise<DeviceKey[]> {
  // Arrays sort after texts: this is every name.
  const names = IDBKeyRange.bound([organization], [organization, []]);
  return within<DeviceKey[]>('readonly', (keys) => keys.getAll(names) as IDBRequest<DeviceKey[]>);
}

export const getKey = (organization: string, name: string): Promise<DeviceKey | undefined> =>
  within('readonly', (keys) => keys.get([organization, name]) as IDBRequest<DeviceKey | undefined>);

export async function putKey(key: DeviceKey): Promise<void> {
  await within('readwrite', (keys) => keys.put(key));
}

export async function forgetKey(organization: string, name: string): Promise<void> {
  await within('readwrite', (keys) => keys.delete([organization, name]));
}
