import { keyStoreContract } from '../testing/key-store-contract.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';

keyStoreContract({ name: 'the memory key store', open: async () => openMemoryKeyStore() });
