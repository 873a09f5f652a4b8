/** Pictures written anew on the phone: no larger than is needed, and without what the camera adds about where and when. */

const LONGEST = 1_600;
const QUALITY = 0.82;

/**
 * @param {Blob} blob
 * @returns {Promise<Blob>}
 */
export async function smaller(blob) {
  if (!blob.type.startsWith("image/")) return blob;
  const picture = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return blob;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? blob), "image/jpeg", QUALITY));
}
