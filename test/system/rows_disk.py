# SPDX-License-Identifier: Apache-2.0
"""A guest's disk must not go on, in its next life, with what the life before has told it to do."""

import os

import harness
from row import BULKHEAD, Ends, Row, See, Type, guest, passes, stopped, tree

NODE = "/soc/virtio_mmio@1000%d000"  # of virtio-mmio-bus.N is N + 1, and so is its source
DISK = os.path.join(harness.IMAGES, "linux/disk.ext4")
TRUSTED = {"direct_mapped": True, "trusted_dma": True}

# ---- a reset disk: four reads a second, so of eight most are still to come when their guest restarts ----

SLOW = ("-drive", f"if=none,id=disk0,file={DISK},format=raw,snapshot=on,throttling.iops-read=4",
        "-device", "virtio-blk-device,drive=disk0,bus=virtio-mmio-bus.0")
KEYS = See("inflight", "^inflight: r reboot, w watch")

RESET = (
    Row("disk-reads-in-flight",
        (KEYS, Type("r"), See("inflight", "^inflight: [1-9] reads are in flight"), See(BULKHEAD, "name=inflight event=restart"),
         KEYS, Type("w"), passes("inflight"), stopped("inflight"), Ends()),
        tree(guest("inflight", devices=(NODE % 1,), **TRUSTED)), smp=2, args=SLOW, limit=60),
)

ROWS = RESET
