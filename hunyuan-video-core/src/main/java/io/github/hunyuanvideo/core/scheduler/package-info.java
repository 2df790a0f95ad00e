/** Flow matching: the points between noise and data, and the Euler step along them. */
@NullMarked
package io.github.hunyuanvideo.core.scheduler;

import org.jspecify.annotations.NullMarked;
