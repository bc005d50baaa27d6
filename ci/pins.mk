# SPDX-License-Identifier: Apache-2.0
# Every version and checksum of what is fetched from outside, once.

# OpenSBI, newest first: the first that can be had is built. <version>=<sha256 of its source tarball>
OPENSBI_PINS := \
	1.9=edec527ed685b382259d23348266290f7c36a213d53822d27c3233f5d11f3d94 \
	1.8.1=fb1ae61a85e966322101acb1c982f84d9eaafc4de7dd474a7d7546d9bb321c6f \
	1.6=d11702103f177a2914e94eec57ce5ed820296d874f6b6525c4482e55d71a3667

# dtc, for its libfdt. <version>=<sha256 of its source tarball>
DTC_PIN := 1.7.2=92d8ca769805ae1f176204230438fe52808f4e1c7944053c9eec0e649b237539

# Debian suite of the guest images. Not pinned further: point releases replace the packages, apt's
# signatures vouch for them.
GUEST_SUITE := trixie
