"""The arrays that the embedded engine works on."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # a picture: BGR, shape (height, width, 3)
Floats = npt.NDArray[np.float32]
