"""Sidecars in the form that other programs write, made up here. Each has properties that nobody may lose."""

from __future__ import annotations

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

DARKTABLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about=""
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:darktable="http://darktable.sf.net/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
   exif:DateTimeOriginal="2024:05:17 06:41:08.000"
   xmp:Rating="2"
   xmpMM:DerivedFrom="heron.jpg"
   darktable:import_timestamp="63851611111000000"
   darktable:change_timestamp="63851622222000000"
   darktable:export_timestamp="-1"
   darktable:print_timestamp="-1"
   darktable:xmp_version="5"
   darktable:raw_params="0"
   darktable:auto_presets_applied="1"
   darktable:history_end="2"
   darktable:iop_order_version="4"
   darktable:history_current_hash="0f1e2d3c4b5a69788796a5b4c3d2e1f0">
   <darktable:masks_history>
    <rdf:Seq/>
   </darktable:masks_history>
   <darktable:history>
    <rdf:Seq>
     <rdf:li
      darktable:num="0"
      darktable:operation="exposure"
      darktable:enabled="1"
      darktable:modversion="6"
      darktable:params="00000000000080b9cdcc4c3f00004842000080c001000000"
      darktable:multi_name=""
      darktable:multi_priority="0"
      darktable:blendop_version="13"
      darktable:blendop_params="gz08eJxjYGBgYAFiCQYYOOHEgAY"/>
     <rdf:li
      darktable:num="1"
      darktable:operation="flip"
      darktable:enabled="0"
      darktable:modversion="2"
      darktable:params="ffffffff"
      darktable:multi_name="_builtin_auto"
      darktable:multi_priority="0"
      darktable:blendop_version="13"
      darktable:blendop_params="gz08eJxjYGBgYAFiCQYYOOHEgAY"/>
    </rdf:Seq>
   </darktable:history>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>darktable|format|jpg</rdf:li>
     <rdf:li>Graureiher</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <lr:hierarchicalSubject>
    <rdf:Bag>
     <rdf:li>Vögel|Graureiher</rdf:li>
    </rdf:Bag>
   </lr:hierarchicalSubject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

DIGIKAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"
    xmlns:digiKam="http://www.digikam.org/ns/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/"
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
   xmp:CreatorTool="digiKam-8.2.0"
   xmp:MetadataDate="2024-05-17T06:41:08"
   xmp:Rating="3"
   MicrosoftPhoto:Rating="50"
   acdsee:rating="3"
   acdsee:categories="&lt;Categories&gt;&lt;Category Assigned=&quot;1&quot;&gt;Vögel&lt;/Category&gt;"
   digiKam:ColorLabel="0"
   digiKam:PickLabel="3">
   <digiKam:TagsList>
    <rdf:Seq>
     <rdf:li>Vögel/Graureiher</rdf:li>
    </rdf:Seq>
   </digiKam:TagsList>
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">Ein Reiher &amp; sein Fisch</rdf:li>
     <rdf:li xml:lang="fr-FR">Un héron et son poisson</rdf:li>
    </rdf:Alt>
   </dc:description>
   <exif:UserComment>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">Ein Reiher &amp; sein Fisch</rdf:li>
    </rdf:Alt>
   </exif:UserComment>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

_TOOLKIT = "Adobe XMP Core 7.0-c000 1.000000, 0000/00/00-00:00:00        "
LIGHTROOM = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{_TOOLKIT}">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmpDM="http://ns.adobe.com/xmp/1.0/DynamicMedia/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   xmp:ModifyDate="2024-05-17T06:41:08.32"
   xmp:CreatorTool="Adobe Photoshop Lightroom Classic 13.2 (Windows)"
   xmp:MetadataDate="2024-05-18T21:07:55+02:00"
   xmp:Rating="4"
   xmp:Label="Red"
   aux:LensInfo="100/1 400/1 0/0 0/0"
   photoshop:SidecarForExtension="CR3"
   photoshop:DateCreated="2024-05-17T06:41:08.32"
   xmpMM:DocumentID="xmp.did:11111111-2222-4333-8444-555555555555"
   xmpMM:PreservedFileName="_MG_0417.CR3"
   dc:format="image/x-canon-cr3"
   xmpDM:pick="1"
   crs:Version="16.2"
   crs:ProcessVersion="15.4"
   crs:Exposure2012="+0.35"
   crs:HasSettings="True">
   <xmpMM:History>
    <rdf:Seq>
     <rdf:li
      stEvt:action="saved"
      stEvt:instanceID="xmp.iid:66666666-7777-4888-9999-aaaaaaaaaaaa"
      stEvt:softwareAgent="Adobe Photoshop Lightroom Classic 13.2 (Windows)"
      stEvt:changed="/metadata"/>
    </rdf:Seq>
   </xmpMM:History>
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">At the weir</rdf:li>
    </rdf:Alt>
   </dc:description>
   <crs:ToneCurvePV2012>
    <rdf:Seq>
     <rdf:li>0, 0</rdf:li>
     <rdf:li>255, 255</rdf:li>
    </rdf:Seq>
   </crs:ToneCurvePV2012>
   <crs:Look>
    <rdf:Description
     crs:Name="Adobe Color"
     crs:Amount="1.000000">
    <crs:Parameters>
     <rdf:Description
      crs:Version="16.2"/>
    </crs:Parameters>
    </rdf:Description>
   </crs:Look>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

PADDING = (" " * 99 + "\n") * 20
BRIDGE = f"""\ufeff<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Image::ExifTool 12.57'>
<rdf:RDF xmlns:rdf='{RDF}'>

 <rdf:Description rdf:about='uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b'
  xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'>
  <!-- set by hand -->
  <photoshop:Urgency>3</photoshop:Urgency>
 </rdf:Description>

 <rdf:Description rdf:about='uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b'
  xmlns:xap='http://ns.adobe.com/xap/1.0/'>
  <xap:Rating>1</xap:Rating>
 </rdf:Description>
</rdf:RDF>
</x:xmpmeta>
{PADDING}<?xpacket end='w'?>""".replace("\n", "\r\n")
"""As exiftool and older Adobe programs write it: elements, a description for each namespace, padding; here with a byte
order mark, Windows' line ends and another prefix for the namespace of the rating."""

MINIMAL = f"<rdf:RDF xmlns:rdf='{RDF}'><rdf:Description rdf:about=''/></rdf:RDF>"

FORMS: dict[str, bytes] = {
    "darktable": DARKTABLE.encode(),
    "digikam": DIGIKAM.encode(),
    "lightroom": LIGHTROOM.encode(),
    "bridge": BRIDGE.encode(),
    "minimal": MINIMAL.encode(),
}
