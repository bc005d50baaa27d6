// SPDX-License-Identifier: Apache-2.0
// The one list of ISA extensions the hypervisor knows, in canonical order (unpriv, "ISA Extension Naming Conventions"). [pure]
//
// X(enumerator, name, policy): ISA_<enumerator> is the index, policy is enum isa_policy without its prefix.
// A name that is missing here is never shown to a guest, so HIDE rows are only for what the code asks about.
#ifndef BULKHEAD_RV_ISA_LIST_H
#define BULKHEAD_RV_ISA_LIST_H

#define ISA_LIST(X) \
	X(I, "i", PASS) X(M, "m", PASS) X(A, "a", PASS) X(F, "f", PASS) X(D, "d", PASS) X(Q, "q", PASS) \
	X(C, "c", PASS) X(B, "b", PASS) X(V, "v", PASS) X(H, "h", HIDE) \
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
	X(ZFA, "zfa", PASS) X(ZFBFMIN, "zfbfmin", PASS) X(ZFH, "zfh", PASS) X(ZFHMIN, "zfhmin", PASS) \
	X(ZCA, "zca", PASS) X(ZCB, "zcb", PASS) X(ZCD, "zcd", PASS) X(ZCMOP, "zcmop", PASS) X(ZCMP, "zcmp", PASS) \
	X(ZBA, "zba", PASS) X(ZBB, "zbb", PASS) X(ZBC, "zbc", PASS) X(ZBKB, "zbkb", PASS) X(ZBKC, "zbkc", PASS) \
	X(ZBKX, "zbkx", PASS) X(ZBS, "zbs", PASS) \
	X(ZKN, "zkn", PASS) X(ZKND, "zknd", PASS) X(ZKNE, "zkne", PASS) X(ZKNH, "zknh", PASS) \
	X(ZKS, "zks", PASS) X(ZKSED, "zksed", PASS) X(ZKSH, "zksh", PASS) X(ZKT, "zkt", PASS) \
	X(ZTSO, "ztso", PASS) \
	X(ZVBB, "zvbb", PASS) X(ZVBC, "zvbc", PASS) X(ZVE32F, "zve32f", PASS) X(ZVE32X, "zve32x", PASS) \
	X(ZVE64D, "zve64d", PASS) X(ZVE64F, "zve64f", PASS) X(ZVE64X, "zve64x", PASS) \
	X(ZVFBFMIN, "zvfbfmin", PASS) X(ZVFBFWMA, "zvfbfwma", PASS) X(ZVFH, "zvfh", PASS) X(ZVFHMIN, "zvfhmin", PASS) \
	X(ZVKB, "zvkb", PASS) X(ZVKG, "zvkg", PASS) X(ZVKN, "zvkn", PASS) X(ZVKNC, "zvknc", PASS) \
	X(ZVKNED, "zvkned", PASS) X(ZVKNG, "zvkng", PASS) X(ZVKNHA, "zvknha", PASS) X(ZVKNHB, "zvknhb", PASS) \
	X(ZVKS, "zvks", PASS) X(ZVKSC, "zvksc", PASS) X(ZVKSED, "zvksed", PASS) X(ZVKSG, "zvksg", PASS) \
	X(ZVKSH, "zvksh", PASS) X(ZVKT, "zvkt", PASS) X(ZVL32B, "zvl32b", PASS) X(ZVL64B, "zvl64b", PASS) \
	X(ZVL128B, "zvl128b", PASS) X(ZVL256B, "zvl256b", PASS) X(ZVL512B, "zvl512b", PASS) \
	X(ZVL1024B, "zvl1024b", PASS) \
	X(SMAIA, "smaia", HIDE) \
	X(SSAIA, "ssaia", ENABLE) X(SSCCPTR, "ssccptr", PASS) X(SSCOFPMF, "sscofpmf", ENABLE) \
	X(SSCOUNTERENW, "sscounterenw", PASS) X(SSDBLTRP, "ssdbltrp", ENABLE) X(SSNPM, "ssnpm", ENABLE) \
	X(SSTC, "sstc", ENABLE) X(SSTVALA, "sstvala", PASS) \
	X(SSTVECD, "sstvecd", PASS) X(SSU64XL, "ssu64xl", PASS) \
	X(SVADE, "svade", PASS) X(SVADU, "svadu", ENABLE) X(SVINVAL, "svinval", PASS) X(SVNAPOT, "svnapot", PASS) \
	X(SVPBMT, "svpbmt", ENABLE) X(SVVPTC, "svvptc", PASS)

#endif
