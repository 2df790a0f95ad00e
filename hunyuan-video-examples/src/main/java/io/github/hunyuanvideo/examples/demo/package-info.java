/** The embedded demo model: HunyuanVideo's architecture at less than a thousandth of its size. */
@NullMarked
package io.github.hunyuanvideo.examples.demo;

import org.jspecify.annotations.NullMarked;
