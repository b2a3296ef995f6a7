/** Pages that name countries and have nothing else to do. */

import { nameRegions } from "./regions.js";

nameRegions(document);
