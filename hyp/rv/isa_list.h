// SPDX-License-Identifier: Apache-2.0
// The one list of ISA extensions the hypervisor knows, in canonical order (unpriv, "ISA Extension Naming Conventions").
//
// X(enumerator, name, policy): ISA_<enumerator> is the index, policy is enum isa_policy without its prefix.
// A name that is missing here is never shown to a guest, so HIDE rows are only for what the code asks about.
#ifndef BULKHEAD_RV_ISA_LIST_H
#define BULKHEAD_RV_ISA_LIST_H

#define ISA_LIST(X) \
	X(I, "i", PASS) X(M, "m", PASS) X(A, "a", PASS) X(F, "f", FLOAT) X(D, "d", FLOAT) X(Q, "q", FLOAT) \
	X(C, "c", PASS) X(B, "b", PASS) X(V, "v", VECTOR) X(H, "h", HIDE) \
	X(ZIC64B, "zic64b", PASS) X(ZICBOM, "zicbom", ENABLE) X(ZICBOP, "zicbop", PASS) X(ZICBOZ, "zicboz", ENABLE) \
	X(ZICCAMOA, "ziccamoa", PASS) X(ZICCAMOC, "ziccamoc", PASS) X(ZICCIF, "ziccif", PASS) \
	X(ZICCLSM, "zicclsm", PASS) X(ZICCRSE, "ziccrse", PASS) X(ZICFILP, "zicfilp", ENABLE) \
	X(ZICFISS, "zicfiss", ENABLE) \
	X(ZICNTR, "zicntr", PASS) X(ZICOND, "zicond", PASS) X(ZICSR, "zicsr", PASS) \
	X(ZIFENCEI, "zifencei", PASS) X(ZIHINTNTL, "zihintntl", PASS) X(ZIHINTPAUSE, "zihintpause", PASS) \
	X(ZIHPM, "zihpm", ENABLE) X(ZIMOP, "zimop", PASS) X(ZMMUL, "zmmul", PASS) \
	X(ZA64RS, "za64rs", PASS) X(ZA128RS, "za128rs", PASS) X(ZAAMO, "zaamo", PASS) X(ZABHA, "zabha", PASS) \
	X(ZACAS, "zacas", PASS) X(ZALASR, "zalasr", PASS) X(ZALRSC, "zalrsc", PASS) X(ZAMA16B, "zama16b", PASS) \
	X(ZAWRS, "zawrs", PASS) \
	X(ZFA, "zfa", FLOAT) X(ZFBFMIN, "zfbfmin", FLOAT) X(ZFH, "zfh", FLOAT) X(ZFHMIN, "zfhmin", FLOAT) \
	X(ZCA, "zca", PASS) X(ZCB, "zcb", PASS) X(ZCD, "zcd", FLOAT) X(ZCMOP, "zcmop", PASS) X(ZCMP, "zcmp", PASS) \
	X(ZBA, "zba", PASS) X(ZBB, "zbb", PASS) X(ZBC, "zbc", PASS) X(ZBKB, "zbkb", PASS) X(ZBKC, "zbkc", PASS) \
	X(ZBKX, "zbkx", PASS) X(ZBS, "zbs", PASS) \
	X(ZKN, "zkn", PASS) X(ZKND, "zknd", PASS) X(ZKNE, "zkne", PASS) X(ZKNH, "zknh", PASS) \
	X(ZKS, "zks", PASS) X(ZKSED, "zksed", PASS) X(ZKSH, "zksh", PASS) X(ZKT, "zkt", PASS) \
	X(ZTSO, "ztso", PASS) \
	X(ZVBB, "zvbb", VECTOR) X(ZVBC, "zvbc", VECTOR) X(ZVE32F, "zve32f", VECTOR) X(ZVE32X, "zve32x", VECTOR) \
	X(ZVE64D, "zve64d", VECTOR) X(ZVE64F, "zve64f", VECTOR) X(ZVE64X, "zve64x", VECTOR) \
	X(ZVFBFMIN, "zvfbfmin", VECTOR) X(ZVFBFWMA, "zvfbfwma", VECTOR) X(ZVFH, "zvfh", VECTOR) X(ZVFHMIN, "zvfhmin", VECTOR) \
	X(ZVKB, "zvkb", VECTOR) X(ZVKG, "zvkg", VECTOR) X(ZVKN, "zvkn", VECTOR) X(ZVKNC, "zvknc", VECTOR) \
	X(ZVKNED, "zvkned", VECTOR) X(ZVKNG, "zvkng", VECTOR) X(ZVKNHA, "zvknha", VECTOR) X(ZVKNHB, "zvknhb", VECTOR) \
	X(ZVKS, "zvks", VECTOR) X(ZVKSC, "zvksc", VECTOR) X(ZVKSED, "zvksed", VECTOR) X(ZVKSG, "zvksg", VECTOR) \
	X(ZVKSH, "zvksh", VECTOR) X(ZVKT, "zvkt", VECTOR) X(ZVL32B, "zvl32b", VECTOR) X(ZVL64B, "zvl64b", VECTOR) \
	X(ZVL128B, "zvl128b", VECTOR) X(ZVL256B, "zvl256b", VECTOR) X(ZVL512B, "zvl512b", VECTOR) \
	X(ZVL1024B, "zvl1024b", VECTOR) \
	X(SMAIA, "smaia", HIDE) \
	X(SSAIA, "ssaia", ENABLE) X(SSCCPTR, "ssccptr", PASS) X(SSCOFPMF, "sscofpmf", ENABLE) \
	X(SSCOUNTERENW, "sscounterenw", PASS) X(SSDBLTRP, "ssdbltrp", ENABLE) X(SSNPM, "ssnpm", ENABLE) \
	X(SSTC, "sstc", ENABLE) X(SSTVALA, "sstvala", PASS) \
	X(SSTVECD, "sstvecd", PASS) X(SSU64XL, "ssu64xl", PASS) \
	X(SVADE, "svade", PASS) X(SVADU, "svadu", ENABLE) X(SVINVAL, "svinval", PASS) X(SVNAPOT, "svnapot", PASS) \
	X(SVPBMT, "svpbmt", ENABLE) X(SVVPTC, "svvptc", PASS)

#endif
