"""Pack a whole project into one file, and unpack it. No Qt, no torch.

The file is a zip (with 64-bit extensions): every system can open it, single files can be read without unpacking the
rest, and images and weights, nearly all of the bytes, do not compress anyway.
"""

from studio.services.archiving.contents import OnProgress
from studio.services.archiving.packing import Packed, pack
from studio.services.archiving.unpacking import Unpacked, unpack

__all__ = ["OnProgress", "Packed", "Unpacked", "pack", "unpack"]
