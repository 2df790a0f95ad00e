/** Programs to copy from, and the command line. */
@NullMarked
package io.github.hunyuanvideo.examples;

import org.jspecify.annotations.NullMarked;
