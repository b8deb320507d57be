// Nothing of this is called here. The packer puts modules into one file if the same entries reach them; what every figure
// has would be torn into two files, and the first view made larger, if only some of it were reached from here.

import '../draw/contour.js';
import '../draw/heatmap.js';
import '../draw/outline.js';
import '../draw/points.js';
import '../figure/ask.js';
import '../figure/kit.js';
import '../figure/plane.js';
