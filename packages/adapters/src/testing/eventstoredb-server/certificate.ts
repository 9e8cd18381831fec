/** Of the test server: self-signed, for localhost and 127.0.0.1, valid for a hundred years, a secret to nobody. */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBuDCCAV+gAwIBAgIUReibv30oCGPo5k6R0tgTkYJkGicwCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYRXZlbnRTdG9yZURCIHRlc3Qgc2VydmVyMCAXDTI2MTEyNDEx
MjY1MloYDzIxMjYxMDMxMTEyNjUyWjAjMSEwHwYDVQQDDBhFdmVudFN0b3JlREIg
dGVzdCBzZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATsvrGoitQkjakd
tbub9StJM1xd1rA3yhx9TU+ewF2Nj2Atu0Ge+fY28lgGVDSjZsAo+dHYXLvTz/FX
s1MweWePo28wbTAdBgNVHQ4EFgQUwQuejjXSgKjSPthGcK/UhB8xkzAwHwYDVR0j
BBgwFoAUwQuejjXSgKjSPthGcK/UhB8xkzAwGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgJqphhz71
xqw0iTcX8vxXuCx4T8flPOzc3zOWb3yEVygCIHIIk6gX8u0FiNKMjyZveZ0TBJHX
Ht2KYAiSJYeKfdBf
-----END CERTIFICATE-----
`;

/** The key of `testCertificate`. Never use it outside of tests. */
export const testCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2TxOaskYya4gIg+8
gTI5flEho+Ny1ODsBK9mdUuVm6mhRANCAATsvrGoitQkjakdtbub9StJM1xd1rA3
yhx9TU+ewF2Nj2Atu0Ge+fY28lgGVDSjZsAo+dHYXLvTz/FXs1MweWeP
-----END PRIVATE KEY-----
`;
