/**
 * What there is to compute with: memory of the host, and the way in for modules that bring other
 * devices.
 */
@NullMarked
package io.github.hunyuanvideo.core.device;

import org.jspecify.annotations.NullMarked;
